// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import dev.orion.logging.OrionLog;
import dev.orion.net.ListenerInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A short life of the default configuration in a home of its own, on ports that the system chooses,
 * so that the JVM can archive the classes that a start loads.
 */
final class Training {

    private static final Pattern PORT = Pattern.compile("(\"[a-z0-9+.-]+://[^\"/]*):[0-9]+");

    /** The system property that names the JVM's log of loaded classes. */
    private static final String LOG = "orion.training.log";

    private static final int ANSWER_MILLIS = 500;
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    void run() throws IOException {
        Main.jvmStart().join();
        Path home = Files.createTempDirectory("orion-training");
        try {
            Path configuration =
                    Files.createDirectories(home.resolve("conf")).resolve("orion.json");
            Files.writeString(configuration, onFreePorts(Home.defaultConfigurationText()));
            // Bundles are read from another place when they have been installed before. Nothing is
            // started for it: of a class that is loaded twice none may fit the others.
            Orion.builder().home(home).install();
            live(home);
        } finally {
            Folders.delete(home);
        }
    }

    static String onFreePorts(String configuration) {
        return PORT.matcher(configuration).replaceAll("$1:0");
    }

    private static void live(Path home) throws IOException {
        try (Orion orion =
                Orion.builder().home(home).log(OrionLog::install).standalone(false).start()) {
            String startClasses = System.getProperty(StartClasses.PROPERTY);
            if (startClasses != null) {
                loaded().write(Path.of(startClasses));
            }
            for (ListenerInfo listener : orion.listeners()) {
                if (!listener.endpoint().protocol().equals("udp")) { // nobody is connected there
                    visit(listener.endpoint().port());
                }
            }
            if (Files.exists(home.resolve("data/shell.address"))) {
                OutputStream nowhere = OutputStream.nullOutputStream();
                new ExecClient(home, nowhere, nowhere).run("listeners");
            }
            orion.link(loaded());
        }
    }

    /** The classes of bundles so far, where the JVM was told to log them. */
    private static StartClasses loaded() throws IOException {
        String log = System.getProperty(LOG);
        return StartClasses.ofLog(log == null ? List.of() : Files.readAllLines(Path.of(log)));
    }

    private static void visit(int port) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write(REQUEST);
            drain(socket.getInputStream());
        }
    }

    private static void drain(InputStream answer) throws IOException {
        try {
            answer.transferTo(OutputStream.nullOutputStream());
        } catch (SocketTimeoutException enough) {
            // Not every protocol answers an HTTP request.
        }
    }
}
