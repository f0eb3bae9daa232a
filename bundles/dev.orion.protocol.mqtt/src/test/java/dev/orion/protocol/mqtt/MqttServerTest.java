// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.CloseReason;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.http.HttpProtocol;
import dev.orion.protocol.websocket.ByteStreams;
import dev.orion.testkit.TestServer;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Real sockets: MQTT over TCP, and over WebSocket (MQTT 5 §6). */
class MqttServerTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final String CONNECT = Connect.of(4).hex();
    private static final String SUBSCRIBE = Peer.packet(0x82, "0001" + Peer.string("a") + "01");
    private static final String PUBLISH = Peer.packet(0x32, Peer.string("a") + "0005" + "6869");
    private static final String TALK =
            "20020000" + "9003000101" + "320700016100016869" + "40020005";

    private final FakeClients clients = new FakeClients();

    @Test
    void speaksOverTcp() throws Exception {
        try (var server = new TestServer("mqtt", new MqttProtocol(clients, Peer.SETTINGS));
                var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(HEX.parseHex(CONNECT + SUBSCRIBE + PUBLISH + "e000"));

            assertThat(HEX.formatHex(socket.getInputStream().readAllBytes())).isEqualTo(TALK);
        }
    }

    @Test // the bytes that it did not read must not cost the peer the words
    void saysWhyItLeavesInTheMiddleOfALargePacket() throws Exception {
        try (var server = new TestServer("mqtt", new MqttProtocol(clients, Peer.SETTINGS));
                var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(HEX.parseHex(Connect.of(5).hex() + "30808020"));
            socket.getOutputStream().write(new byte[100_000]);

            InputStream in = socket.getInputStream();
            assertThat(packet(in)).startsWith("20");
            assertThat(packet(in)).startsWith("e0").contains("95");
            assertThat(in.read()).isEqualTo(-1);
            assertThat(server.connections().element().whenClosed())
                    .succeedsWithin(Duration.ofSeconds(10))
                    .isEqualTo(CloseReason.BAD_REQUEST);
        }
    }

    private static String packet(InputStream in) throws IOException {
        var data = new DataInputStream(in);
        int type = data.readUnsignedByte();
        byte[] body = data.readNBytes(data.readUnsignedByte());
        return "%02x".formatted(type) + HEX.formatHex(body);
    }

    @Test // MQTT-6.0.0-1 to -4
    void speaksOverWebSocket() throws Exception {
        try (var server = overWebSocket()) {
            var heard = new Heard();
            WebSocket socket = open(server, heard);
            assertThat(socket.getSubprotocol()).isEqualTo("mqtt");

            byte[] all = HEX.parseHex(CONNECT + SUBSCRIBE + PUBLISH);
            for (int i = 0; i < all.length; i += 5) {
                int length = Math.min(5, all.length - i);
                socket.sendBinary(ByteBuffer.wrap(all, i, length), true).get(10, TimeUnit.SECONDS);
            }
            assertThat(heard.bytes(TALK.length())).isEqualTo(TALK);
            assertThat(server.connections().element().protocol()).isEqualTo("mqtt");

            socket.sendBinary(ByteBuffer.wrap(HEX.parseHex("e000")), true);
            assertThat(heard.next()).isEqualTo("close 1000");
            assertThat(clients.asked).contains("close goodbye");
        }
    }

    @Test
    void saysThatTheServerGoesOverWebSocket() throws Exception {
        try (var server = overWebSocket()) {
            var heard = new Heard();
            WebSocket socket = open(server, heard);
            byte[] connect = HEX.parseHex(Connect.of(5).hex());
            socket.sendBinary(ByteBuffer.wrap(connect), true).get(10, TimeUnit.SECONDS);
            assertThat(heard.next()).startsWith("20");

            var pipeline = server.connections().element().channel().pipeline();
            pipeline.fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));

            assertThat(heard.next()).startsWith("e0").contains("8b");
            assertThat(heard.next()).isEqualTo("close 1012");
        }
    }

    @Test // MQTT-6.0.0-1
    void closesAtTextOverWebSocket() throws Exception {
        try (var server = overWebSocket()) {
            var heard = new Heard();
            open(server, heard).sendText("hello", true).get(10, TimeUnit.SECONDS);

            assertThat(heard.next()).isEqualTo("close 1003");
        }
    }

    private TestServer overWebSocket() {
        var service = new MqttWebSocket(new ByteStreams(), clients, Peer.SETTINGS);
        Map<String, Object> at = Map.of("http.path", "/mqtt", "http.upgrade", "websocket");
        return new TestServer("http", new HttpProtocol(List.of(Map.entry(at, service))));
    }

    private static WebSocket open(TestServer server, Heard heard) throws Exception {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("mqtt")
                .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/mqtt"), heard)
                .get(10, TimeUnit.SECONDS);
    }

    /** What a WebSocket client has heard. */
    private static final class Heard implements WebSocket.Listener {

        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            return heard.poll(20, TimeUnit.SECONDS);
        }

        /** As many messages as have so many hex digits. */
        String bytes(int digits) throws InterruptedException {
            var all = new StringBuilder();
            while (all.length() < digits) {
                all.append(next());
            }
            return all.toString();
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            heard.add(HEX.formatHex(bytes));
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            heard.add("close " + code);
            return null;
        }
    }
}
