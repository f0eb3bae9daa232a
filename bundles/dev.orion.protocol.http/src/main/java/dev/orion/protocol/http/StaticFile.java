// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.FileSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;

/**
 * A file in each of the codings that there are of it, or that were asked for and made.
 *
 * <p><b>Threads:</b> many event loops at once.
 */
final class StaticFile {

    private static final int MIN_MADE_BYTES = 512;

    /** Longer ones would hold up the event loop that makes it. */
    private static final int MAX_MADE_BYTES = 256 * 1024;

    private final String type;
    private final Representation plain;

    /** Empty where a coding makes it no smaller. */
    private final Map<String, Optional<Representation>> coded = new ConcurrentHashMap<>();

    private StaticFile(String type, byte[] bytes) {
        this.type = type;
        this.plain = new Representation(bytes);
    }

    /** One coding of it, with a strong validator of its own (RFC 9110 §8.8.3.3). */
    static final class Representation {

        private final byte[] bytes;
        private final String etag;

        Representation(byte[] bytes) {
            this.bytes = bytes;
            this.etag = '"' + hash(bytes) + '"';
        }

        byte[] bytes() {
            return bytes;
        }

        String etag() {
            return etag;
        }
    }

    static Optional<StaticFile> read(FileSource source, String name) {
        return source.read(name).map(bytes -> read(source, name, bytes));
    }

    private static StaticFile read(FileSource source, String name, byte[] bytes) {
        var file = new StaticFile(FileName.type(name), bytes);
        source.read(name + ".br").ifPresent(br -> file.add(Brotli.CODING, br));
        source.read(name + ".gz").ifPresent(gzip -> file.add(ContentCoding.GZIP, gzip));
        return file;
    }

    private void add(String coding, byte[] bytes) {
        coded.put(coding, Optional.of(new Representation(bytes)));
    }

    String type() {
        return type;
    }

    /** Whether what is sent depends on what the peer accepts. */
    boolean varies() {
        return isWorthIt() || !coded.isEmpty();
    }

    /** The representation that a peer likes best of what can be had now, and its coding. */
    Map.Entry<String, Representation> choose(List<String> accepted, Brotli brotli) {
        for (String coding : AcceptEncoding.ranked(accepted, ContentCoding.MADE)) {
            Optional<Representation> found = coded(coding, brotli);
            if (found.isPresent()) {
                return Map.entry(coding, found.get());
            }
        }
        return Map.entry(AcceptEncoding.IDENTITY, plain);
    }

    private Optional<Representation> coded(String coding, Brotli brotli) {
        Optional<Representation> known = coded.get(coding);
        if (known != null) {
            return known;
        }
        Optional<byte[]> made = isWorthIt() ? encode(coding, brotli) : Optional.empty();
        if (made.isEmpty()) {
            return Optional.empty(); // perhaps later
        }
        // Two event loops may have made it at once: one of them is kept, as its validator was told.
        return coded.computeIfAbsent(
                coding,
                first ->
                        made.filter(bytes -> bytes.length < plain.bytes().length)
                                .map(Representation::new));
    }

    private boolean isWorthIt() {
        int length = plain.bytes().length;
        return length >= MIN_MADE_BYTES
                && length <= MAX_MADE_BYTES
                && FileName.isCompressible(type);
    }

    private Optional<byte[]> encode(String coding, Brotli brotli) {
        return switch (coding) {
            case Brotli.CODING -> brotli.encode(plain.bytes());
            case ContentCoding.GZIP -> Optional.of(gzip(plain.bytes()));
            default -> Optional.empty();
        };
    }

    private static byte[] gzip(byte[] bytes) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException neverInMemory) {
            throw new UncheckedIOException(neverInMemory);
        }
        return out.toByteArray();
    }

    private static String hash(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash).substring(0, 22);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
