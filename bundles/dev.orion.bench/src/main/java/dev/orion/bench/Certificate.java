// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A certificate like that of Orion's development, for the others: P-256, signed by itself.
 *
 * @param key as PKCS #8
 */
record Certificate(Path file, Path key) {

    /** Made by OpenSSL when it is not there. */
    static Certificate in(Path folder) {
        var made =
                new Certificate(
                        folder.resolve("bench-cert.pem").toAbsolutePath(),
                        folder.resolve("bench-key.pem").toAbsolutePath());
        if (!Files.exists(made.file)) {
            make(made);
        }
        return made;
    }

    private static void make(Certificate made) {
        List<String> command =
                List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-days",
                        "365",
                        "-subj",
                        "/CN=localhost",
                        "-keyout",
                        made.key.toString(),
                        "-out",
                        made.file.toString());
        try {
            Process openssl =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (openssl.waitFor() != 0) {
                throw new BenchException("openssl req failed");
            }
        } catch (IOException missing) {
            throw new BenchException("openssl is not installed", missing);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", stop);
        }
    }
}
