// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of listeners that have none of their own: for {@code localhost}, signed by
 * itself, made where there is none that can be used.
 *
 * <p><b>Threads:</b> the one for TLS files, except {@link #isThere}.
 */
final class DevelopmentCertificate implements IdentityFiles {

    static final Duration LIFE = Duration.ofDays(825); // more is not trusted by some clients

    private static final List<String> NAMES = List.of("localhost");
    private static final Logger log = LoggerFactory.getLogger("agent.network_manager");
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private final TlsSettings.Files files;
    private final Clock clock;

    /**
     * @param folder the {@code tls} of the home
     */
    DevelopmentCertificate(Path folder, Clock clock) {
        this.files =
                new TlsSettings.Files(
                        folder.resolve("dev-cert.pem"), folder.resolve("dev-key.pem"));
        this.clock = clock;
    }

    @Override
    public TlsSettings.Files files() {
        return files;
    }

    /** Whether there is one, good or not. Any thread. */
    boolean isThere() {
        return Files.isRegularFile(files.certificate()) && Files.isRegularFile(files.key());
    }

    /** The one that is there, or a new one when that cannot be used any more. */
    @Override
    public Identity read() {
        if (isThere()) {
            try {
                Identity found = Identity.read(files);
                if (!isOutdated(found)) {
                    return found;
                }
            } catch (IllegalArgumentException broken) {
                // replaced like one that has expired
            }
        }
        make();
        return Identity.read(files);
    }

    @Override
    public boolean isOutdated(Identity identity) {
        return clock.instant().isAfter(identity.certificate().getNotAfter().toInstant());
    }

    /**
     * Makes a new one.
     *
     * @throws IllegalStateException when it cannot be written; the message says why
     */
    void make() {
        Instant from = clock.instant().minus(CLOCK_SKEW);
        Instant until = from.plus(LIFE);
        try {
            KeyPair keys = keys();
            byte[] certificate = SelfSigned.certificate(keys, NAMES, from, until);
            Files.createDirectories(files.key().getParent());
            write(files.key(), "PRIVATE KEY", keys.getPrivate().getEncoded(), "rw-------");
            write(files.certificate(), "CERTIFICATE", certificate, "rw-r--r--");
        } catch (IOException unwritable) {
            throw new IllegalStateException(
                    "the development certificate cannot be written: " + reason(unwritable),
                    unwritable);
        } catch (GeneralSecurityException unable) {
            throw new IllegalStateException(
                    "the development certificate cannot be made: " + unable.getMessage(), unable);
        }
        log.atInfo()
                .addKeyValue("certificate", files.certificate())
                .addKeyValue("valid_until", until)
                .addKeyValue("meant_for", "development, on this machine only")
                .log("Development certificate made");
    }

    private static KeyPair keys() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    /** Written beside its place and moved there, so it is whole and private from the beginning. */
    private static void write(Path file, String what, byte[] bytes, String permissions)
            throws IOException {
        String text =
                "-----BEGIN "
                        + what
                        + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
                        + "\n-----END "
                        + what
                        + "-----\n";
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        Files.deleteIfExists(fresh); // of a process that was killed
        FileAttribute<?>[] attributes =
                POSIX
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString(permissions))
                        }
                        : new FileAttribute<?>[0];
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var out = Files.newByteChannel(fresh, options, attributes)) {
            var left = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (left.hasRemaining()) {
                out.write(left);
            }
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String reason(IOException unwritable) {
        String kind = unwritable.getClass().getSimpleName();
        return unwritable instanceof FileSystemException file && file.getReason() == null
                ? file.getFile() + " (" + kind + ")"
                : unwritable.getMessage();
    }
}
