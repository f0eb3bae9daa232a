// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartClassesTest {

    private static final List<String> LOG =
            List.of(
                    "java.lang.Object source: jrt:/java.base",
                    "dev.orion.Fixture source: orion:dev.orion.fixture-1.0.0.jar",
                    "dev.orion.Fixture$$Lambda$1/0x0000000800c21000 source: dev.orion.Fixture",
                    "no class at all",
                    "dev.orion.Other source: orion:dev.orion.other-1.0.0.jar");

    @TempDir Path folder;

    @Test
    void areThoseOfBundlesInTheOrderOfTheLog() throws Exception {
        Path file = folder.resolve("classes.list");

        StartClasses.ofLog(LOG).write(file);

        assertThat(file)
                .content()
                .isEqualTo(
                        """
                        orion:dev.orion.fixture-1.0.0.jar dev.orion.Fixture
                        orion:dev.orion.other-1.0.0.jar dev.orion.Other
                        """);
    }

    @Test
    void thoseThatAreGoneDoNotMatter() throws Exception {
        BundleIndex index = FixtureBundles.write(folder.resolve("one"), "1.0.0");
        String present = "orion:" + index.bundles().get(0).file();
        var classes =
                StartClasses.ofLog(
                        List.of(
                                "a.Missing source: " + present,
                                "a.Missing source: orion:gone-1.0.0.jar",
                                "dev.orion.launcher.fixture.FixtureActivator source: " + present));

        try (var runtime = RuntimeFixture.of(index, folder)) {
            runtime.start();

            assertThatCode(() -> runtime.link(classes)).doesNotThrowAnyException();
        }
    }

    @Test
    void aProcessWithoutTheFileHasNone() throws Exception {
        Path file = Files.createDirectories(folder.resolve("none"));

        StartClasses.of(file.resolve("classes.list")).write(folder.resolve("written"));

        assertThat(folder.resolve("written")).isEmptyFile();
    }
}
