// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Peers that are slow, silent or without measure, at an Orion with little memory: each gets its
 * answer, and others notice nothing.
 */
class BadPeersIT {

    @TempDir static Path home;

    private static OrionProcess orion;

    private Traffic traffic;

    @BeforeAll
    static void start() throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(
                home.resolve("conf/orion.json"),
                """
                {
                  "dev.orion.listener~web": { "uri": "http://127.0.0.1:8080" },
                  "dev.orion.listener~tcp": { "uri": "tcp://127.0.0.1:7000" },
                  "dev.orion.channel~all": { "pattern": "#" },
                  "dev.orion.protocol.centrifuge": { "connectTimeout": "1s" },
                  "dev.orion.protocol.http": { "headerTimeout": "1s" }
                }
                """);
        orion =
                OrionProcess.startWith(
                        "-Xmx96m -XX:MaxDirectMemorySize=64m"
                                + " -Dio.netty.leakDetection.level=paranoid",
                        home);
    }

    @AfterAll
    static void stop() throws Exception {
        assertThat(orion.terminate()).as(orion.output()).isZero();
        assertThat(orion.output()).doesNotContain("LEAK").doesNotContain("OutOfMemory");
    }

    @BeforeEach
    void startTraffic() throws Exception {
        traffic = new Traffic(orion.httpPort(), orion.tcpPort());
    }

    @AfterEach
    void checkTraffic() throws Exception {
        try (var ending = traffic) {
            ending.checkThatNothingWasNoticed();
        }
    }

    @Test
    void whoSaysNothingIsTold3502() throws Exception {
        try (var tcp = new LineClient(orion.tcpPort());
                var ws = WebSocketClient.silent(orion.httpPort())) {
            assertThat(tcp.hear()).contains("\"disconnect\"").contains("3502");
            assertThat(tcp.hear()).isNull();
            assertThat(ws.closed().get(10, TimeUnit.SECONDS)).isEqualTo(3502);
        }
    }

    @Test
    void whoStopsInTheMiddleOfAHeadIsTold408() throws Exception {
        try (var client = new LineClient(orion.httpPort())) {
            client.say("GET /echo HTTP/1.1\r");

            assertThat(client.hear()).startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void whoSendsByteByByteIsServed() throws Exception {
        String head = head("GET /nowhere HTTP/1.1", "Accept: */*") + "\n";
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), orion.httpPort())) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(10_000);

            for (byte one : head.getBytes(StandardCharsets.US_ASCII)) {
                socket.getOutputStream().write(one);
            }

            byte[] answer = socket.getInputStream().readNBytes(12);
            assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 404");
        }
    }

    @Test
    void headsAreOnlySoLong() throws Exception {
        assertThat(answerTo("GET /" + "x".repeat(5_000) + " HTTP/1.1\r\n\r")).contains(" 414 ");
        assertThat(answerTo("GET / HTTP/1.1\r\nX: " + "x".repeat(9_000) + "\r\n\r"))
                .contains(" 431 ");
        assertThat(answerTo(head("POST /emulation HTTP/1.1", "Content-Length: 70000")))
                .contains(" 413 ");
        assertThat(answerTo("this is no HTTP\r\n\r")).contains(" 400 ");
    }

    @Test
    void aThousandHalfOpenPeersAreNoBurden() throws Exception {
        var peers = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 1_000; i++) {
                int port = i % 2 == 0 ? orion.tcpPort() : orion.httpPort();
                peers.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
            try (var client = new LineClient(orion.tcpPort())) {
                assertThat(client.ask("{\"id\":1,\"connect\":{}}")).contains("\"client\"");
            }
        } finally {
            for (Socket peer : peers) {
                peer.close();
            }
        }
    }

    /** Several times the memory that it has: what is not bounded ends here. */
    @Test
    void whoNeverReadsItsAnswersIsNotReadEither() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), orion.tcpPort());
                var calm = new LineClient(orion.tcpPort())) {
            Thread flood = flood(socket);

            calm.ask("{\"id\":1,\"connect\":{}}");
            for (int i = 0; i < 200; i++) {
                assertThat(calm.ask("{\"id\":3,\"rpc\":{\"method\":\"m\"}}")).contains("104");
            }

            assertThat(flood.isAlive()).as("nobody reads all of it").isTrue();
        }
    }

    @Test
    void whoDoesNotReadWhatOthersPublishIsClosed() throws Exception {
        try (var slow = new LineClient(orion.tcpPort());
                var quick = WebSocketClient.subscribed(orion.httpPort(), "loud");
                var publisher = new LineClient(orion.tcpPort())) {
            slow.ask("{\"id\":1,\"connect\":{}}");
            slow.ask("{\"id\":2,\"subscribe\":{\"channel\":\"loud\"}}");
            publisher.ask("{\"id\":1,\"connect\":{}}");
            String data = "x".repeat(50_000);

            for (int i = 0; i < 500; i++) { // 25 MB
                publisher.ask(
                        "{\"id\":3,\"publish\":{\"channel\":\"loud\",\"data\":\""
                                + i
                                + "-"
                                + data
                                + "\"}}");
                assertThat(quick.hear()).contains("\"" + i + "-x");
            }

            // What was on its way still comes; the reason may not fit behind it.
            assertThat(linesOf(slow)).isLessThan(500);
        }
    }

    private static int linesOf(LineClient client) throws IOException {
        int lines = 0;
        while (client.hear() != null) {
            lines++;
        }
        return lines;
    }

    /** Sends 400 MB of commands, or as many as somebody reads. */
    private static Thread flood(Socket socket) {
        String command = "{\"id\":2,\"rpc\":{\"method\":\"m\",\"data\":{}}}\n";
        byte[] connect = "{\"id\":1,\"connect\":{}}\n".getBytes(StandardCharsets.UTF_8);
        byte[] commands = command.repeat(1_000).getBytes(StandardCharsets.UTF_8);
        var thread =
                new Thread(
                        () -> {
                            try {
                                socket.getOutputStream().write(connect);
                                for (int i = 0; i < 10_000; i++) {
                                    socket.getOutputStream().write(commands);
                                }
                            } catch (IOException closed) {
                                // by the test, when it has seen enough
                            }
                        },
                        "flood");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** All but the last byte of a head, which {@link LineClient#say} says. */
    private static String head(String first, String field) {
        return String.join("\r\n", first, "Host: localhost", field, "\r");
    }

    private static String answerTo(String head) throws IOException {
        try (var client = new LineClient(orion.httpPort())) {
            client.say(head);
            return String.valueOf(client.hear());
        }
    }
}
