// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.http.HttpService;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.http.HttpProtocol;
import dev.orion.testkit.TestConnection;
import dev.orion.testkit.TestServer;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A protocol inside WebSockets, over real sockets. */
class ByteStreamsTest {

    private final ByteStreams streams =
            new ByteStreams(new WebSockets.Settings(1, 1 << 20, Compression.OFF));
    private final HttpService service =
            exchange ->
                    streams.accept(
                            exchange,
                            "shout",
                            List.of("shout", "cry"),
                            64,
                            connection ->
                                    connection.channel().pipeline().addLast(new Shout(connection)));
    private final TestServer server =
            new TestServer(
                    "http",
                    new HttpProtocol(
                            List.of(
                                    Map.entry(
                                            Map.of("http.path", "/s", "http.upgrade", "websocket"),
                                            service))));
    private final Talk talk = new Talk();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void carriesBytesHoweverTheyAreCut() throws Exception {
        WebSocket socket = open("shout");

        send(socket, "he", true);
        assertThat(talk.next()).isEqualTo("HE");
        send(socket, "l", false);
        send(socket, "lo", true);
        assertThat(talk.next()).isEqualTo("LLO");
        assertThat(connection().protocol()).isEqualTo("shout");
    }

    @Test // RFC 6455 §4.2.2
    void saysTheSubprotocolBack() throws Exception {
        assertThat(open("cry").getSubprotocol()).isEqualTo("cry");
        assertThat(open("other", "shout").getSubprotocol()).isEqualTo("shout");
    }

    @Test
    void refusesWhoOffersAnother() {
        for (String[] offers : List.of(new String[] {"other"}, new String[0])) {
            assertThatThrownBy(() -> open(offers))
                    .hasCauseInstanceOf(WebSocketHandshakeException.class)
                    .cause()
                    .satisfies(
                            refusal ->
                                    assertThat(
                                                    ((WebSocketHandshakeException) refusal)
                                                            .getResponse()
                                                            .statusCode())
                                            .isEqualTo(400));
        }
    }

    @Test // MQTT-6.0.0-1
    void closesAtText() throws Exception {
        open("shout").sendText("hello", true).get(10, TimeUnit.SECONDS);

        assertThat(talk.next()).isEqualTo("close 1003 binary expected");
        assertThat(connection().whenClosed())
                .succeedsWithin(Duration.ofSeconds(10))
                .isEqualTo(CloseReason.BAD_REQUEST);
    }

    @Test
    void closesAtALongMessage() throws Exception {
        send(open("shout"), "x".repeat(65), true);

        assertThat(talk.next()).startsWith("close 1009");
    }

    @Test
    void goesAfterTheProtocolHasSaidItsGoodBye() throws Exception {
        greeted();

        connection().channel().pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));

        assertThat(talk.next()).isEqualTo("BYE");
        assertThat(talk.next()).isEqualTo("close 1012 service restart");
        assertThat(connection().whenClosed())
                .succeedsWithin(Duration.ofSeconds(10))
                .isEqualTo(CloseReason.SHUTDOWN);
    }

    @Test
    void goesWithThePlugIn() throws Exception {
        greeted();

        streams.close();

        assertThat(talk.next()).isEqualTo("BYE");
    }

    @Test
    void goesWithThePlugInThatLeavesDuringTheHandshake() throws Exception {
        streams.close();

        open("shout");

        assertThat(talk.next()).isEqualTo("BYE");
    }

    /** The answer to the handshake is sent before the handlers are there. */
    private void greeted() throws Exception {
        send(open("shout"), "hello", true);
        assertThat(talk.next()).isEqualTo("HELLO");
    }

    @Test
    void saysGoodByeInOrder() throws Exception {
        send(open("shout"), "bye", true);

        assertThat(talk.next()).isEqualTo("BYE");
        assertThat(talk.next()).isEqualTo("close 1000 ");
    }

    private TestConnection connection() {
        return server.connections().element();
    }

    private static void send(WebSocket socket, String text, boolean last) throws Exception {
        var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        socket.sendBinary(bytes, last).get(10, TimeUnit.SECONDS);
    }

    private WebSocket open(String... subprotocols) throws Exception {
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        if (subprotocols.length > 0) {
            String[] others = java.util.Arrays.copyOfRange(subprotocols, 1, subprotocols.length);
            builder.subprotocols(subprotocols[0], others);
        }
        return builder.buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/s"), talk)
                .get(10, TimeUnit.SECONDS);
    }

    /** Answers in capitals, and ends when it hears or is told so. */
    private static final class Shout extends ChannelInboundHandlerAdapter {

        private final Connection connection;

        Shout(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            var bytes = (io.netty.buffer.ByteBuf) message;
            String text = bytes.toString(StandardCharsets.US_ASCII);
            bytes.release();
            say(ctx, text);
            if (text.equals("bye")) {
                connection.finish(CloseReason.CONNECTION_CLOSED);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.channel().flush();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof GoAway away) {
                say(ctx, "bye");
                connection.finish(away.reason());
            }
        }

        private static void say(ChannelHandlerContext ctx, String text) {
            String loud = text.toUpperCase(java.util.Locale.ROOT);
            ctx.channel().write(ByteBufUtil.writeAscii(ctx.alloc(), loud));
        }
    }

    /** What the client has heard. */
    private static final class Talk implements WebSocket.Listener {

        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            return heard.poll(20, TimeUnit.SECONDS);
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            heard.add(StandardCharsets.US_ASCII.decode(data).toString());
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            heard.add("close " + code + " " + reason);
            return null;
        }
    }
}
