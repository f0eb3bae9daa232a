// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that the first run makes is what later ones load their classes from. */
class ClassArchiveIT {

    private static final Path DIST = OrionProcess.ROOT.resolve("launcher/target/orion");

    @TempDir Path home;
    @TempDir Path other;

    @Test
    void classesComeFromTheArchive() throws Exception {
        try (var first = OrionProcess.start(home)) {
            assertThat(first.terminate()).as(first.output()).isZero();
        }
        assertThat(DIST.resolve(archive())).isNotEmptyFile();

        Path loaded = other.resolve("loaded.txt");
        try (var second =
                OrionProcess.startWith(strict() + " -Xlog:class+load:file=" + loaded, home)) {
            assertThat(second.output()).doesNotContain("Preparing");
            assertThat(second.terminate()).as(second.output()).isZero();
        }

        List<String> classes = Files.readAllLines(loaded);
        long archived =
                classes.stream().filter(line -> line.contains("shared objects file")).count();
        assertThat(classes)
                .anyMatch(line -> isArchived(line, "dev.orion.launcher.Main"))
                .anyMatch(line -> isArchived(line, "org.apache.felix.framework.Felix"));
        assertThat(archived).isGreaterThan(classes.size() / 2L);
    }

    private static boolean isArchived(String line, String name) {
        return line.contains(" " + name + " source: shared objects file");
    }

    private static boolean isAheadOfTime() {
        return Runtime.version().feature() >= 25;
    }

    private static String archive() {
        return isAheadOfTime() ? "classes.aot" : "classes.jsa";
    }

    /** With it the JVM ends where it cannot use the archive. */
    private static String strict() {
        return isAheadOfTime() ? "-XX:AOTMode=on" : "-Xshare:on";
    }
}
