// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.FileSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** A file in each of the codings that there are of it. */
final class StaticFile {

    private static final int MIN_GZIP_BYTES = 512;

    /** Longer ones would hold up the event loop that makes it. */
    private static final int MAX_GZIP_BYTES = 256 * 1024;

    private final String type;
    private final Map<String, Representation> representations = new LinkedHashMap<>();

    private StaticFile(String type) {
        this.type = type;
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
        var file = new StaticFile(FileName.type(name));
        source.read(name + ".br").ifPresent(br -> file.add("br", br));
        source.read(name + ".gz")
                .or(() -> file.gzip(bytes))
                .ifPresent(gzip -> file.add("gzip", gzip));
        file.add(AcceptEncoding.IDENTITY, bytes);
        return file;
    }

    String type() {
        return type;
    }

    /** Whether what is sent depends on what the peer accepts. */
    boolean varies() {
        return representations.size() > 1;
    }

    /** The representation that a peer likes best, and its coding. */
    Map.Entry<String, Representation> choose(List<String> accepted) {
        var codings = new ArrayList<>(representations.keySet());
        codings.remove(AcceptEncoding.IDENTITY);
        String coding = AcceptEncoding.choose(accepted, codings);
        return Map.entry(coding, representations.get(coding));
    }

    private void add(String coding, byte[] bytes) {
        representations.put(coding, new Representation(bytes));
    }

    /** What is made of it where that is worth while. */
    private Optional<byte[]> gzip(byte[] bytes) {
        if (bytes.length < MIN_GZIP_BYTES
                || bytes.length > MAX_GZIP_BYTES
                || !FileName.isCompressible(type)) {
            return Optional.empty();
        }
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException neverInMemory) {
            throw new UncheckedIOException(neverInMemory);
        }
        return Optional.of(out.toByteArray()).filter(made -> made.length < bytes.length);
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
