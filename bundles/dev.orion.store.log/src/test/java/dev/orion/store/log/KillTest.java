// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import static dev.orion.store.log.Stores.load;
import static dev.orion.store.log.Stores.open;
import static dev.orion.store.log.Stores.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.store.Batch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that writes, again and again, and looks for everything that it acknowledged. */
class KillTest {

    private static final int ROUNDS = 5;

    @TempDir Path home;

    @Test
    void keepsWhatWasAcknowledgedBeforeAKill() throws Exception {
        var random = new Random();
        Set<String> put = new HashSet<>();
        Set<String> removed = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            int acknowledgements = 1 + random.nextInt(40_000);
            runAndKill(round, acknowledgements, put, removed);

            LogStore store = open(folder(), 65_536);
            Set<String> keys = new HashSet<>();
            for (String record : load(store)) {
                keys.add(record.substring(0, record.indexOf('=')));
            }
            store.close();

            Set<String> lost = new HashSet<>(put);
            lost.removeAll(removed);
            lost.removeAll(keys);
            // The end of the output was lost with the process, so more may be removed than it said.
            lost.removeIf(key -> keys.contains("removed/" + key));
            assertThat(lost).as("round %d, %d seen", round, acknowledgements).isEmpty();
            Set<String> back = new HashSet<>(removed);
            back.retainAll(keys);
            assertThat(back).as("round %d", round).isEmpty();
        }
    }

    private void runAndKill(int round, int acknowledgements, Set<String> put, Set<String> removed)
            throws IOException, InterruptedException {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Child.class.getName(),
                                folder().toString(),
                                String.valueOf(round))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader output = child.inputReader()) {
            for (int i = 0; i < acknowledgements; i++) {
                note(output.readLine(), put, removed);
            }
            child.toHandle().destroyForcibly(); // leaves the output open
            List<String> rest = output.lines().toList();
            // The last line may be torn.
            rest.stream().limit(Math.max(0, rest.size() - 1)).forEach(l -> note(l, put, removed));
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private static void note(String line, Set<String> put, Set<String> removed) {
        if (line.charAt(0) == '+') {
            put.add(line.substring(1));
        } else {
            removed.add(line.substring(1));
        }
    }

    private Path folder() {
        return home.resolve("store");
    }

    /** Puts records, removes two of three later, and says what was acknowledged. */
    static final class Child {

        private Child() {}

        public static void main(String[] arguments) throws InterruptedException {
            LogStore store = open(Path.of(arguments[0]), 65_536);
            PrintStream out = System.out;
            var window = new Semaphore(500);
            for (int i = 0; ; i++) {
                String key = arguments[1] + "/" + i;
                send(store, window, out, put(key, "some value"), "+" + key);
                if (i >= 100 && i % 3 != 0) {
                    String old = arguments[1] + "/" + (i - 100);
                    Batch gone =
                            Batch.builder()
                                    .remove(Stores.TABLE, Stores.bytes(old))
                                    .put(Stores.TABLE, Stores.bytes("removed/" + old), new byte[0])
                                    .build();
                    send(store, window, out, gone, "-" + old);
                }
            }
        }

        private static void send(
                LogStore store, Semaphore window, PrintStream out, Batch batch, String line)
                throws InterruptedException {
            window.acquire();
            store.write(batch)
                    .thenRun(
                            () -> {
                                out.println(line);
                                window.release();
                            });
        }
    }
}
