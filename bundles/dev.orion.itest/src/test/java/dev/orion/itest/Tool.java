// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A program of the machine, such as {@code nc} and {@code curl}, while it runs. */
final class Tool implements AutoCloseable {

    private final Process process;
    private final List<String> lines = new ArrayList<>(); // guarded by itself

    private Tool(String... command) throws IOException {
        this.process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var reader = new Thread(this::read, command[0] + "-output");
        reader.setDaemon(true);
        reader.start();
    }

    static Tool start(String... command) throws IOException {
        return new Tool(command);
    }

    /** Runs one to its end, which must be good. */
    static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError("failed: " + String.join(" ", command));
        }
    }

    static boolean isThere(String program) {
        return List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(folder -> new java.io.File(folder, program).canExecute());
    }

    void say(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Waits for a line that it prints, also one that has come already. */
    String awaitLine(Predicate<String> wanted, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (lines) {
            while (true) {
                for (String line : lines) {
                    if (wanted.test(line)) {
                        return line;
                    }
                }
                long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (leftMs <= 0) {
                    throw new AssertionError("no such line; output: " + lines);
                }
                lines.wait(leftMs);
            }
        }
    }

    @Override
    public void close() {
        process.destroy();
    }

    private void read() {
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException closed) {
            // That is how close() ends this.
        }
    }
}
