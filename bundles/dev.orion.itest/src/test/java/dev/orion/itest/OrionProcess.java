// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** One {@code ./orion run}, started and driven from outside, as a user would. */
final class OrionProcess implements AutoCloseable {

    /** The checkout; the build says where it is. */
    static final Path ROOT = Path.of(System.getProperty("orion.root")).toAbsolutePath().normalize();

    /** The JDK that runs the tests runs Orion too. */
    static final String JAVA_HOME = System.getProperty("java.home");

    /** Those of the default configuration, and those that tests use besides. */
    private static final List<Integer> PORTS =
            List.of(8080, 8443, 7000, 7001, 9080, 9090, 1883, 8883, 7100, 7200);

    /** The first start of a JDK makes its class archive, which can take a minute. */
    private static final Duration START = Duration.ofMinutes(3);

    private final Path home;
    private final int offset;
    private final Process process;
    private final Thread reader = new Thread(this::readOutput, "orion-output");
    private final List<String> lines = new ArrayList<>(); // guarded by itself
    private boolean ended; // guarded by lines

    private OrionProcess(Path home, int offset, String javaOptions, List<String> options)
            throws IOException {
        this.home = home;
        this.offset = offset;
        var command = new ArrayList<String>();
        command.add(ROOT.resolve("orion").toString());
        command.addAll(List.of("run", "--home", home.toString(), "--no-shell"));
        command.addAll(List.of("--port-offset", Integer.toString(offset)));
        command.addAll(options);
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("ORION_JAVA_OPTS", javaOptions);
        builder.environment().put("JAVA_HOME", JAVA_HOME);
        this.process = builder.start();
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts one and returns at once, whatever becomes of it. */
    static OrionProcess launch(Path home, int offset, String... options) throws IOException {
        return new OrionProcess(home, offset, "", List.of(options));
    }

    /** Starts one on free ports and waits until it is ready. */
    static OrionProcess start(Path home, String... options) throws Exception {
        return start(home, freeOffset(), options);
    }

    /** Starts one with options for its JVM on free ports and waits until it is ready. */
    static OrionProcess startWith(String javaOptions, Path home) throws Exception {
        return new OrionProcess(home, freeOffset(), javaOptions, List.of()).ready();
    }

    /** Starts one and waits until it is ready. */
    static OrionProcess start(Path home, int offset, String... options) throws Exception {
        return launch(home, offset, options).ready();
    }

    private OrionProcess ready() throws InterruptedException {
        boolean ready = false;
        try {
            awaitLine(line -> line.contains(" ready in "), START);
            ready = true;
            return this;
        } finally {
            if (!ready) {
                close(); // nobody else has it yet
            }
        }
    }

    /** An offset at which all ports are free. */
    static int freeOffset() {
        for (int base = 20_000; base < 50_000; base += 97) {
            int offset = base;
            if (PORTS.stream().allMatch(port -> isFree(port + offset))) {
                return offset;
            }
        }
        throw new IllegalStateException("no free ports");
    }

    Path home() {
        return home;
    }

    int httpPort() {
        return 8080 + offset;
    }

    int httpsPort() {
        return 8443 + offset;
    }

    int grpcPort() {
        return 9090 + offset;
    }

    int tcpPort() {
        return 7000 + offset;
    }

    int mqttsPort() {
        return 8883 + offset;
    }

    int mqttPort() {
        return 1883 + offset;
    }

    int adminPort() {
        return 9080 + offset;
    }

    String http() {
        return "http://127.0.0.1:" + httpPort();
    }

    /** The JVM's: the script that starts it becomes it. */
    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String apiKey() throws IOException {
        return Files.readString(home.resolve("conf/api.key")).trim();
    }

    /** Everything it has printed so far. */
    String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /** Waits for a line of output, also one that has come already. */
    String awaitLine(Predicate<String> wanted, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        int next = 0;
        synchronized (lines) {
            while (true) {
                for (; next < lines.size(); next++) {
                    if (wanted.test(lines.get(next))) {
                        return lines.get(next);
                    }
                }
                long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (leftMs <= 0) {
                    throw new AssertionError("no such line; output:\n" + output());
                }
                if (ended && !process.isAlive()) {
                    throw new AssertionError(
                            "ended with " + process.exitValue() + "; output:\n" + output());
                }
                lines.wait(Math.min(leftMs, 100));
            }
        }
    }

    /** Runs a shell command in it with {@code ./orion exec}. */
    Exec exec(String command) throws Exception {
        return Exec.run("exec", command, "--home", home.toString());
    }

    /** Waits until it has ended by itself and all that it said is here; returns the exit code. */
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("still running after a minute; output:\n" + output());
        }
        reader.join(TimeUnit.SECONDS.toMillis(10));
        return process.exitValue();
    }

    /** Ends it as an operator would, and waits; returns the exit code. */
    int terminate() throws InterruptedException {
        process.destroy(); // SIGTERM
        return awaitExit();
    }

    /** Ends it as a power cut would, and waits. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static boolean isFree(int port) {
        try (var probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private void readOutput() {
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = reader.readLine()) != null) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException closed) {
            // That is how close() ends this.
        } finally {
            synchronized (lines) {
                ended = true;
                lines.notifyAll();
            }
        }
    }

    /** What one short-lived {@code ./orion …} did. */
    record Exec(int code, String out, String err) {

        static Exec run(String... arguments) throws Exception {
            var command = new ArrayList<String>();
            command.add(ROOT.resolve("orion").toString());
            command.addAll(List.of(arguments));
            Path out = Files.createTempFile("orion-out", ".txt");
            Path err = Files.createTempFile("orion-err", ".txt");
            try {
                var builder =
                        new ProcessBuilder(command)
                                .redirectOutput(out.toFile())
                                .redirectError(err.toFile());
                builder.environment().put("JAVA_HOME", JAVA_HOME);
                Process process = builder.start();
                if (!process.waitFor(60, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError("no end of ./orion " + String.join(" ", arguments));
                }
                return new Exec(process.exitValue(), Files.readString(out), Files.readString(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        }
    }
}
