// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Debian's broker on a loopback port of its own, with a configuration of its own. It is not the
 * machine's service, which is left alone.
 */
final class Mosquitto implements AutoCloseable {

    private static final int MANY = 100_000;

    private final Path folder;
    private final String program;
    private final int port;
    private final List<String> lines;
    private Process process;

    private Mosquitto(Path folder, String program, int port, List<String> lines) {
        this.folder = folder;
        this.program = program;
        this.port = port;
        this.lines = lines;
    }

    /** Where it is; empty where it is not installed. */
    static Optional<String> program() {
        return Stream.concat(Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/sbin"))
                .map(place -> Path.of(place, "mosquitto"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /**
     * Starts one that keeps its state in {@code folder}.
     *
     * @param lines more of its configuration
     */
    static Mosquitto start(Path folder, String... lines) throws IOException {
        Files.createDirectories(folder);
        var mosquitto = new Mosquitto(folder, program().orElseThrow(), freePort(), List.of(lines));
        mosquitto.start();
        return mosquitto;
    }

    int port() {
        return port;
    }

    void start() throws IOException {
        Path configuration = folder.resolve("mosquitto.conf");
        var text = new StringBuilder();
        text.append("listener ").append(port).append(" 127.0.0.1\n");
        if (lines.stream().noneMatch(line -> line.startsWith("allow_anonymous"))) {
            text.append("allow_anonymous true\n");
        }
        text.append("persistence true\npersistence_location ").append(folder).append("/\n");
        text.append("max_queued_messages ").append(MANY).append("\n");
        text.append("user ").append(System.getProperty("user.name")).append("\n");
        lines.forEach(line -> text.append(line).append('\n'));
        Files.writeString(configuration, text);
        process =
                new ProcessBuilder(program, "-c", configuration.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("mosquitto.log").toFile())
                        .start();
        Await.until("mosquitto listens", Duration.ofSeconds(20), this::isListening);
    }

    private boolean isListening() throws IOException {
        try (var probe = new Socket()) {
            probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        }
    }

    /** Ends it; it writes its state before. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            process.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
