// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** One {@code ./orion run} in a terminal, which {@code script} of util-linux makes. */
final class TerminalProcess implements AutoCloseable {

    static final String PROGRAM = "script";

    private static final Pattern CONTROL =
            Pattern.compile("\u001b\\[[0-9;?]*[A-Za-z]|\u001b[()][A-Z0-9]|\u001b[=>]|[\r\b\u0007]");

    private final Process process;
    private final StringBuilder shown = new StringBuilder(); // guarded by itself

    private TerminalProcess(Path home, int offset, String options) throws IOException {
        String command =
                "stty cols 120 rows 40; exec '%s' run --home '%s' --port-offset %d %s"
                        .formatted(OrionProcess.ROOT.resolve("orion"), home, offset, options);
        var builder =
                new ProcessBuilder(
                                PROGRAM,
                                "--quiet",
                                "--return",
                                "--flush",
                                "-c",
                                command,
                                "/dev/null")
                        .redirectErrorStream(true);
        builder.environment().put("TERM", "xterm");
        builder.environment().put("JAVA_HOME", OrionProcess.JAVA_HOME);
        this.process = builder.start();
        var reader = new Thread(this::read, "terminal-output");
        reader.setDaemon(true);
        reader.start();
    }

    static TerminalProcess start(Path home, String... options) throws IOException {
        return new TerminalProcess(home, OrionProcess.freeOffset(), String.join(" ", options));
    }

    /** Types; a line ends with {@code \r}, as the key does. */
    void type(String keys) throws IOException {
        process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** What is to be read in the terminal, without what only moves and colours. */
    String shown() {
        synchronized (shown) {
            return CONTROL.matcher(shown).replaceAll("");
        }
    }

    void awaitShown(Predicate<String> wanted, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (shown) {
            while (!wanted.test(shown())) {
                long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (leftMs <= 0) {
                    throw new AssertionError("not shown in time; shown:\n" + shown());
                }
                shown.wait(leftMs);
            }
        }
    }

    /** The JVM of Orion in that terminal. */
    ProcessHandle orion() {
        return process.descendants()
                .filter(each -> each.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no JVM; shown:\n" + shown()));
    }

    /** Waits until it has ended by itself; returns the exit code. */
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("still running after a minute; shown:\n" + shown());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private void read() {
        try (Reader reader =
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            var chunk = new char[1024];
            for (int count = reader.read(chunk); count >= 0; count = reader.read(chunk)) {
                synchronized (shown) {
                    shown.append(chunk, 0, count);
                    shown.notifyAll();
                }
            }
        } catch (IOException closed) {
            // That is how close() ends this.
        }
    }
}
