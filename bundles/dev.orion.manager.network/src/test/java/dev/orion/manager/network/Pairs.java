// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
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
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            Instant from = Instant.now().minus(Duration.ofHours(1));
            byte[] certificate =
                    SelfSigned.certificate(
                            keys, List.of(names), from, from.plus(Duration.ofDays(2)));
            TlsSettings.Files files = files(folder, beginning);
            write(files.key(), "PRIVATE KEY", keys.getPrivate().getEncoded());
            write(files.certificate(), "CERTIFICATE", certificate);
            return Identity.read(files);
        } catch (GeneralSecurityException unable) {
            throw new IllegalStateException(unable);
        }
    }

    private static void write(Path file, String what, byte[] bytes) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        String body = Base64.getMimeEncoder().encodeToString(bytes);
        Files.writeString(
                fresh, "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
