// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server under test, in a process of its own.
 *
 * <p><b>Ends:</b> {@link #close} asks it to stop, and ends it by force when it does not.
 */
final class ServerProcess implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("ready in ([\\d.,]+) ms");
    private static final Pattern PORT = Pattern.compile("listening on (\\d+)");
    private static final int START_SECONDS = 300; // the first start of Orion builds it
    private static final int STOP_SECONDS = 15;
    private static final int LISTEN_SECONDS = 15;
    private static final long LOOK_MILLIS = 20;

    private final Process process;
    private final CompletableFuture<Double> ready = new CompletableFuture<>();
    private ProcessHandle server; // what the command has become, or has started
    private ProcessStats stats;
    private volatile int port;
    private volatile String lastLine = "";

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts a server and waits until it says that it is ready.
     *
     * @param port where it will listen; 0 when it says so itself
     * @param errors a file for what it writes to its standard error
     */
    static ServerProcess start(List<String> command, int port, Path errors) {
        return start(command, port, errors, server -> server.awaitReady(errors));
    }

    /** Starts a server that does not say when it is ready, and waits until it accepts. */
    static ServerProcess startListening(List<String> command, int port, Path errors) {
        return start(command, port, errors, server -> server.awaitListening(errors));
    }

    private static ServerProcess start(
            List<String> command, int port, Path errors, Consumer<ServerProcess> waiting) {
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectInput(new File("/dev/null"))
                            .redirectError(errors.toFile())
                            .start();
        } catch (IOException missing) {
            throw new BenchException(missing.getMessage(), missing);
        }
        var started = new ServerProcess(process, port);
        try {
            started.readOutput();
            waiting.accept(started);
            started.find();
        } catch (RuntimeException failed) {
            started.close();
            throw failed;
        }
        return started;
    }

    /** A port for a server that cannot choose one by itself. */
    static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    /** What it said itself: the time from its start until it was ready; 0 when it does not. */
    double readyMillis() {
        return ready.join();
    }

    ProcessStats stats() {
        return stats;
    }

    /** What it is, for people. */
    String describe() {
        return isJava(server) ? stats.transport() + " " + program() : program();
    }

    /** The program that it is: {@code java} for some. */
    String program() {
        return server.info().command().orElseThrow();
    }

    private static boolean isJava(ProcessHandle handle) {
        return handle.info().command().orElse("").endsWith("/java");
    }

    /** Has it collected its garbage, if it is a JVM. */
    void collectGarbage() {
        if (!isJava(server)) {
            return;
        }
        Path jcmd = Path.of(program()).resolveSibling("jcmd");
        try {
            Process gc =
                    new ProcessBuilder(jcmd.toString(), Long.toString(server.pid()), "GC.run")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            gc.waitFor();
        } catch (IOException missing) {
            throw new BenchException("no jcmd beside java", missing);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.destroy();
        }
        try {
            if (server == null || !process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void readOutput() {
        var reader = new Thread(this::read, "bench-server-output");
        reader.setDaemon(true);
        reader.start();
    }

    private void awaitReady(Path errors) {
        try {
            ready.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new BenchException(
                    "the server did not become ready; its last line was: "
                            + lastLine
                            + "; see "
                            + errors,
                    failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", stop);
        }
    }

    private void awaitListening(Path errors) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LISTEN_SECONDS);
        try {
            while (!accepts()) {
                // Between two looks it may end.
                if (process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)
                        || System.nanoTime() > end) {
                    throw new BenchException("the server does not listen; see " + errors);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", stop);
        }
        ready.complete(0.0);
    }

    private boolean accepts() {
        try (var probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return probe.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** What the command has become. */
    private void find() {
        server =
                Stream.concat(Stream.of(process.toHandle()), process.descendants())
                        .filter(handle -> isJava(handle))
                        .findFirst()
                        .orElse(process.toHandle());
        stats = new ProcessStats(server.pid());
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                seen(line);
            }
        } catch (IOException | UncheckedIOException closed) {
            lastLine = closed.getMessage();
        }
        ready.completeExceptionally(new BenchException("the server has ended"));
    }

    private void seen(String line) {
        lastLine = line;
        Matcher listening = PORT.matcher(line);
        if (port == 0 && listening.find()) {
            port = Integer.parseInt(listening.group(1));
        }
        Matcher millis = READY.matcher(line);
        if (millis.find()) {
            ready.complete(Double.parseDouble(millis.group(1).replace(",", "")));
        }
    }
}
