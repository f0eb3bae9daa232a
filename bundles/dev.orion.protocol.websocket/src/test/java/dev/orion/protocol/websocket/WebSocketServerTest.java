// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.http.HttpService;
import dev.orion.net.CloseReason;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.http.HttpProtocol;
import dev.orion.testkit.TestConnection;
import dev.orion.testkit.TestServer;
import io.netty.channel.Channel;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real sockets behind the real HTTP protocol, and a client that others wrote. */
class WebSocketServerTest {

    private static final WebSockets.Settings SETTINGS =
            new WebSockets.Settings(65_536, 1 << 20, new Compression(true, 1024, 1));
    private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    private static final String VERSION = "Sec-WebSocket-Version: 13";

    private final FakeClientProtocol protocol = new FakeClientProtocol();
    private final ClientWebSocket clients = new ClientWebSocket(protocol, SETTINGS);
    private final TestServer server =
            new TestServer(
                    "http",
                    new HttpProtocol(
                            List.of(
                                    at("/connection/websocket", clients),
                                    at("/echo", new EchoWebSocket(SETTINGS)))));
    private final Talk talk = new Talk();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void echoesTextAndBinary() throws Exception {
        WebSocket socket = open("/echo");

        socket.sendText("hello", true).get(10, TimeUnit.SECONDS);
        assertThat(talk.next()).isEqualTo("text hello");
        socket.sendText("in ", false).get(10, TimeUnit.SECONDS);
        socket.sendText("pieces", true).get(10, TimeUnit.SECONDS);
        assertThat(talk.next()).isEqualTo("text in pieces");
        socket.sendBinary(ByteBuffer.wrap(new byte[1000]), true).get(10, TimeUnit.SECONDS);
        assertThat(talk.next()).isEqualTo("binary 1000");
        socket.sendPing(ByteBuffer.wrap(new byte[3])).get(10, TimeUnit.SECONDS);
        assertThat(talk.next()).isEqualTo("pong 3");
        socket.sendClose(1000, "bye").get(10, TimeUnit.SECONDS);
        assertThat(talk.next()).isEqualTo("close 1000 ");
        assertThat(connection().whenClosed())
                .succeedsWithin(Duration.ofSeconds(10))
                .isEqualTo(CloseReason.CONNECTION_CLOSED);
    }

    @Test
    void carriesTheClientProtocol() throws Exception {
        WebSocket socket = open("/connection/websocket");

        socket.sendText("{\"id\":1}", true).get(10, TimeUnit.SECONDS);
        assertThat(talk.next()).isEqualTo("text got {\"id\":1}");
        assertThat(connection().protocol()).isEqualTo("websocket");
    }

    @Test
    void leavesNothingOfHttpBehind() throws Exception {
        WebSocket socket = open("/connection/websocket");
        socket.sendText("x", true).get(10, TimeUnit.SECONDS);
        talk.next();

        Channel channel = connection().channel();
        List<String> handlers = channel.eventLoop().submit(() -> channel.pipeline().names()).get();
        assertThat(handlers).hasSize(2).contains(WebSocketConnection.NAME);
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void saysGoodByeToThePeer() throws Exception {
        open("/connection/websocket");
        Channel channel = connection().channel();
        channel.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));

        assertThat(talk.next()).isEqualTo("close 3001 shutdown");
        assertThat(connection().whenClosed())
                .succeedsWithin(Duration.ofSeconds(10))
                .isEqualTo(CloseReason.SHUTDOWN);
    }

    @Test
    void saysGoodByeWhenThePlugInStops() throws Exception {
        open("/connection/websocket");
        clients.close();

        assertThat(talk.next()).isEqualTo("close 3001 shutdown");
        assertThat(connection().whenClosed()).succeedsWithin(Duration.ofSeconds(10));
        await(() -> clients.sockets().size() == 0);
    }

    @Test
    void closesATooBigMessageWithACode() throws Exception {
        WebSocket socket = open("/echo");
        socket.sendText("x".repeat(65_537), true);

        assertThat(talk.next()).isEqualTo("close 1009 message too big");
        assertThat(connection().whenClosed()).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void tellsTheConversationThatThePeerIsGone() throws Exception {
        try (Socket peer = connect()) {
            shake(peer, "/connection/websocket", KEY, VERSION);
        }

        assertThat(connection().whenClosed()).succeedsWithin(Duration.ofSeconds(10));
        await(() -> protocol.conversations.get(0).events.contains("closed"));
    }

    @Test
    void takesAFrameThatComesWithTheHandshake() throws Exception {
        try (Socket peer = connect()) {
            String frame = "\u0081\u0082\u0000\u0000\u0000\u0000hi";
            write(peer, head("/echo", KEY, VERSION) + frame);

            var in = new DataInputStream(peer.getInputStream());
            String answer = readHead(in);
            assertThat(answer).startsWith("HTTP/1.1 101 ");
            assertThat(answer).contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
            byte[] echo = new byte[4];
            in.readFully(echo);
            assertThat(new String(echo, ISO_8859_1)).isEqualTo("\u0081\u0002hi");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "centrifuge-json, 101, sec-websocket-protocol: centrifuge-json",
        "'centrifuge-protobuf, centrifuge-json', 101, sec-websocket-protocol: centrifuge-json",
        "centrifuge-protobuf, 400, ''",
        "something-else, 101, ''"
    })
    void agreesOnTheSubprotocol(String offers, int status, String field) throws Exception {
        try (Socket peer = connect()) {
            String offer = "Sec-WebSocket-Protocol: " + offers;
            String answer = shake(peer, "/connection/websocket", KEY, VERSION, offer);

            assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains(field);
            if (field.isEmpty()) {
                assertThat(answer).doesNotContain("sec-websocket-protocol");
            }
        }
    }

    @ParameterizedTest // RFC 7692 §5
    @CsvSource(
            delimiter = '|',
            value = {
                "/echo | permessage-deflate; client_max_window_bits | ''",
                "/connection/websocket | x, permessage-deflate;server_max_window_bits=9 |"
                        + " ; server_max_window_bits=9",
            })
    void agreesOnCompression(String path, String offers, String more) throws Exception {
        try (Socket peer = connect()) {
            String answer = shake(peer, path, KEY, VERSION, "Sec-WebSocket-Extensions: " + offers);

            assertThat(answer)
                    .contains(
                            "sec-websocket-extensions: permessage-deflate;"
                                    + " server_no_context_takeover; client_no_context_takeover"
                                    + more
                                    + "\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "permessage-deflate; server_max_window_bits=99, 101", // RFC 7692 §7.1
        "permessage-deflate;;, 400" // RFC 6455 §9.1
    })
    void agreesOnNoOtherCompression(String offers, int status) throws Exception {
        try (Socket peer = connect()) {
            String answer =
                    shake(peer, "/echo", KEY, VERSION, "Sec-WebSocket-Extensions: " + offers);

            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
            assertThat(answer).doesNotContain("sec-websocket-extensions");
        }
    }

    @Test
    void agreesOnNoCompressionWhenItIsOff() throws Exception {
        clients.sockets().settings(new WebSockets.Settings(1000, 1 << 20, Compression.OFF));
        try (Socket peer = connect()) {
            String offer = "Sec-WebSocket-Extensions: permessage-deflate";
            String answer = shake(peer, "/connection/websocket", KEY, VERSION, offer);

            assertThat(answer).startsWith("HTTP/1.1 101 ");
            assertThat(answer).doesNotContain("sec-websocket-extensions");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-WebSocket-Version: 8, 426",
        "X-Nothing: 1, 426",
        "Sec-WebSocket-Version: 13, 400"
    })
    void refusesABadHandshake(String field, int status) throws Exception {
        try (Socket peer = connect()) {
            String answer = shake(peer, "/connection/websocket", field);

            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
            if (status == 426) {
                assertThat(answer).contains("sec-websocket-version: 13\r\n");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"''", "dGhl", "dGhlIHNhbXBsZSBub25jZQ=!", "dGhlIHNhbXBsZSBub25jZSE="})
    void refusesABadKey(String key) throws Exception {
        try (Socket peer = connect()) {
            String answer =
                    shake(peer, "/connection/websocket", VERSION, "Sec-WebSocket-Key: " + key);

            assertThat(answer).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void refusesAForeignPage() throws Exception {
        try (Socket peer = connect()) {
            String origin = "Origin: http://evil.example";

            assertThat(shake(peer, "/connection/websocket", KEY, VERSION, origin))
                    .startsWith("HTTP/1.1 403 ");
        }
    }

    private WebSocket open(String path) throws Exception {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + path), talk)
                .get(20, TimeUnit.SECONDS);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private TestConnection connection() {
        return server.connections().element();
    }

    private Socket connect() throws IOException {
        Socket peer = new Socket(InetAddress.getLoopbackAddress(), server.port());
        peer.setSoTimeout(20_000);
        return peer;
    }

    private static String shake(Socket peer, String path, String... fields) throws IOException {
        write(peer, head(path, fields));
        return readHead(new DataInputStream(peer.getInputStream()));
    }

    private static String head(String path, String... fields) {
        return "GET "
                + path
                + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + String.join("\r\n", fields)
                + "\r\n\r\n";
    }

    private static void write(Socket peer, String text) throws IOException {
        peer.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static String readHead(DataInputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    private static Map.Entry<Map<String, Object>, HttpService> at(
            String path, HttpService service) {
        return Map.entry(Map.of("http.path", path, "http.upgrade", "websocket"), service);
    }

    /** What the client has heard. */
    private static final class Talk implements WebSocket.Listener {

        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();

        String next() throws InterruptedException {
            return heard.poll(20, TimeUnit.SECONDS);
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                heard.add("text " + text);
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            heard.add("binary " + data.remaining());
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer data) {
            heard.add("pong " + data.remaining());
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            heard.add("close " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            heard.add("error " + error);
        }
    }
}
