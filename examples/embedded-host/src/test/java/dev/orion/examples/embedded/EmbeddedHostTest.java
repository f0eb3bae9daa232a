// SPDX-License-Identifier: Apache-2.0
package dev.orion.examples.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedHostTest {

    @TempDir Path folder;

    @Test
    void talksWithTwoOrionsAndLeavesNothingThatKeepsTheProcessAlive() throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process host =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Djava.io.tmpdir=" + folder,
                                "-cp",
                                System.getProperty("java.class.path"),
                                EmbeddedHost.class.getName(),
                                folder.resolve("homes").toString())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        try {
            assertThat(host.waitFor(60, TimeUnit.SECONDS)).as("ended by itself").isTrue();
        } finally {
            host.destroyForcibly();
        }

        assertThat(out)
                .as("%s", Files.readString(err))
                .hasContent(
                        """
                        first: published and received {"n":1}
                        first: wrong key, HTTP 401
                        first: our key, HTTP 200
                        first: news had {"n":2}
                        second: published and received {"n":1}
                        second: wrong key, HTTP 401
                        second: our key, HTTP 200
                        second: news had {"n":2}
                        both have stopped
                        """);
        assertThat(host.exitValue()).isZero();
    }
}
