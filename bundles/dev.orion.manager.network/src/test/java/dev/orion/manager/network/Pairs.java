// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/** Certificates for names, signed by themselves, with their keys. */
final class Pairs {

    private Pairs() {}

    static TlsSettings.Files files(Path folder, String beginning) {
        return new TlsSettings.Files(
                folder.resolve(beginning + "-cert.pem"), folder.resolve(beginning + "-key.pem"));
    }

    /** Makes one, in place of the one that was there. */
    static Identity write(Path folder, String beginning, String... names) throws IOException {
        KeyPair keys = keys("EC", 256);
        return write(folder, beginning, keys, keys, names);
    }

    /** One for {@code localhost} with a key of another kind than the one that signed it. */
    static Identity write(Path folder, String beginning, KeyPair keys) throws IOException {
        return write(folder, beginning, keys, keys("EC", 256), "localhost");
    }

    static KeyPair keys(String algorithm, int bits) {
        try {
            var generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException unable) {
            throw new IllegalStateException(unable);
        }
    }

    private static Identity write(
            Path folder, String beginning, KeyPair keys, KeyPair issuer, String... names)
            throws IOException {
        Instant from = Instant.now().minus(Duration.ofHours(1));
        Instant until = from.plus(Duration.ofDays(2));
        TlsSettings.Files files = files(folder, beginning);
        try {
            byte[] certificate =
                    SelfSigned.certificate(
                            keys.getPublic(), issuer.getPrivate(), List.of(names), from, until);
            write(files.key(), "PRIVATE KEY", keys.getPrivate().getEncoded());
            write(files.certificate(), "CERTIFICATE", certificate);
        } catch (GeneralSecurityException unable) {
            throw new IllegalStateException(unable);
        }
        return Identity.read(files);
    }

    private static void write(Path file, String what, byte[] bytes) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        String body = Base64.getMimeEncoder().encodeToString(bytes);
        Files.writeString(
                fresh, "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
