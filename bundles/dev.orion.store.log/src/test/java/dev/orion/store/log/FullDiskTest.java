// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import static dev.orion.store.log.Stores.load;
import static dev.orion.store.log.Stores.loadCopy;
import static dev.orion.store.log.Stores.open;
import static dev.orion.store.log.Stores.put;
import static dev.orion.store.log.Stores.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.orion.store.Batch;
import dev.orion.store.Store;
import dev.orion.store.StoreException;
import dev.orion.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {

    @TempDir Path home;

    private final LimitedDisk disk = new LimitedDisk();

    @Test
    void refusesAndKeepsNothingOfABatchThatDoesNotFit() throws IOException {
        LogStore store = new LogStore(Stores.settings(folder(), 1 << 20), disk);
        write(store, put("a", "1"));

        for (int space = 0; space < 60; space++) {
            disk.space = space;
            assertThat(refusal(store, put("b", "x".repeat(30)))).isEqualTo(Reason.FULL);
            assertThat(loadCopy(folder(), home.resolve("copy" + space))).containsExactly("a=1");
        }
        disk.space = Long.MAX_VALUE;
        write(store, put("c", "3"));

        assertThat(load(store)).containsExactly("a=1", "c=3");
        store.close();
        store = open(folder());
        assertThat(load(store)).containsExactly("a=1", "c=3");
        store.close();
    }

    @Test
    void goesOnWhereThereWasNoSpaceForAnotherSegment() throws IOException {
        LogStore store = new LogStore(Stores.settings(folder(), 100), disk);
        write(store, put("a", "x".repeat(100)));
        for (int space = 0; space < 60; space++) {
            disk.space = space;
            assertThat(refusal(store, put("b", "2".repeat(40)))).isEqualTo(Reason.FULL);
        }
        disk.space = Long.MAX_VALUE;
        write(store, put("c", "3"));
        store.close();

        store = open(folder());
        assertThat(load(store)).containsExactly("a=" + "x".repeat(100), "c=3");
        store.close();
    }

    @Test
    void isBrokenUntilATailCanBeCutOff() throws IOException {
        LogStore store = new LogStore(Stores.settings(folder(), 1 << 20), disk);
        write(store, put("a", "1"));
        disk.space = 30;
        disk.failsTruncation = true;
        assertThat(refusal(store, put("b", "2"))).isEqualTo(Reason.BROKEN);
        disk.space = Long.MAX_VALUE;
        assertThat(refusal(store, put("c", "3"))).isEqualTo(Reason.BROKEN);
        disk.failsTruncation = false;
        write(store, put("d", "4"));
        store.close();

        store = open(folder());
        assertThat(load(store)).containsExactly("a=1", "d=4");
        store.close();
    }

    @Test
    void keepsNothingThatCouldNotBeSyncedWhereThatIsAskedFor() throws IOException {
        var settings =
                new LogStore.Settings(
                        folder(), 1 << 20, LogStore.Sync.ALWAYS, Duration.ofSeconds(1), 1 << 20);
        LogStore store = new LogStore(settings, disk);
        write(store, put("a", "1"));
        disk.failsSync = true;
        assertThat(refusal(store, put("b", "2"))).isEqualTo(Reason.BROKEN);
        disk.failsSync = false;
        write(store, put("c", "3"));
        store.close();

        store = open(folder());
        assertThat(load(store)).containsExactly("a=1", "c=3");
        store.close();
    }

    /** A real limit of the system: 64 KiB a file, kept by a shell for the process it starts. */
    @Test
    void goesOnInAnotherFileWhereOneMayNotGrow() throws Exception {
        Process child =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "ulimit -f 128; exec \"$@\"",
                                "sh",
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xshare:auto",
                                "-XX:-UsePerfData",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Child.class.getName(),
                                folder().toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<String> said;
        try (var output = child.inputReader()) {
            said = output.lines().filter(line -> line.matches("[0-9]+ [a-zA-Z]+")).toList();
        }

        assertThat(child.waitFor()).isZero();
        assertThat(said).hasSize(20).contains("0 null", "10 FULL").endsWith("19 null");
        LogStore store = open(folder());
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < said.size(); i++) {
            if (said.get(i).endsWith("null")) {
                expected.add("a" + i + "=" + "x".repeat(Child.length(i)));
            }
        }
        assertThat(load(store)).containsExactlyElementsOf(expected);
        store.close();
    }

    /** Writes values that make the file too long, and one that no file can hold. */
    static final class Child {

        private Child() {}

        static int length(int i) {
            return i == 10 ? 200_000 : 10_000;
        }

        public static void main(String[] arguments) throws IOException {
            LogStore store = open(Path.of(arguments[0]));
            for (int i = 0; i < 20; i++) {
                Batch batch = put("a" + i, "x".repeat(length(i)));
                System.out.println(i + " " + refusal(store, batch));
            }
            store.close();
        }
    }

    private static Reason refusal(Store store, Batch batch) {
        StoreException refused =
                catchThrowableOfType(StoreException.class, () -> write(store, batch));
        return refused == null ? null : refused.reason();
    }

    private Path folder() {
        return home.resolve("store");
    }
}
