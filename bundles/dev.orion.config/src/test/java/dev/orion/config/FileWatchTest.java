// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {

    private static final FileWatch.Timing QUICK =
            new FileWatch.Timing(Duration.ofMillis(20), Duration.ofMillis(100));

    @TempDir private Path directory;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private Path file;

    @BeforeEach
    void makeFile() throws IOException {
        file = Files.writeString(directory.resolve("orion.json"), "first");
    }

    @Test
    void tellsOfAFileThatIsWrittenInto() throws Exception {
        try (FileWatch watch = watch()) {
            Files.writeString(file, "second, longer");

            assertThat(next(watch)).isEqualTo("second, longer");
        }
    }

    @Test
    void tellsOfAFileThatIsReplaced() throws Exception {
        try (FileWatch watch = watch()) {
            Path fresh = Files.writeString(directory.resolve("orion.json~"), "swap!");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);

            assertThat(next(watch)).isEqualTo("swap!");
        }
    }

    @Test
    void tellsOfAFileThatGoesAndComesBack() throws Exception {
        try (FileWatch watch = watch()) {
            Files.delete(file);
            assertThat(next(watch)).isEqualTo("missing");

            Files.writeString(file, "back");
            assertThat(next(watch)).isEqualTo("back");
        }
    }

    @Test
    void tellsOfWhatChangedBeforeItBegan() throws Exception {
        List<Object> seen = FileWatch.stamps(List.of(file));
        Files.writeString(file, "meanwhile");

        try (FileWatch watch = watch(seen)) {
            assertThat(next(watch)).isEqualTo("meanwhile");
        }
    }

    @Test
    void waitsForTheDirectoryToo() throws Exception {
        file = directory.resolve("later/orion.json");
        try (FileWatch watch = watch()) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, "at last");

            assertThat(next(watch)).isEqualTo("at last");
        }
    }

    private FileWatch watch() {
        return watch(FileWatch.stamps(List.of(file)));
    }

    private FileWatch watch(List<Object> seen) {
        var watch = new FileWatch(List.of(file), seen, QUICK, () -> told.add(content()));
        watch.start();
        return watch;
    }

    private String content() {
        try {
            return Files.exists(file) ? Files.readString(file) : "missing";
        } catch (IOException gone) {
            return gone.toString();
        }
    }

    /** The watch is named to say what is waited for. */
    private String next(FileWatch watch) throws InterruptedException {
        assertThat(watch).isNotNull();
        return told.poll(30, TimeUnit.SECONDS);
    }
}
