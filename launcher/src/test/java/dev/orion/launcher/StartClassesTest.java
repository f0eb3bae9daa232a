// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartClassesTest {

    @TempDir Path folder;

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
}
