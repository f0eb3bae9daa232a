// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.http.BodyReader;
import dev.orion.http.HttpExchange;
import dev.orion.http.HttpService;
import dev.orion.http.ResponseStream;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2FrameStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a stream of HTTP/2 makes of its windows, its ends and its time. */
class RequestStreamTest {

    private static final int WINDOW = 262_144;

    private final List<HttpExchange> exchanges = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    private Connection tunnel; // of the stream that has left HTTP last

    private Http2Peer peer() {
        return Http2Peer.of(HttpPeer.at("/x", exchanges::add));
    }

    // Windows

    @Test
    void section5_2_letsAPeerSendOnWhenAServiceTakesWhatFilledTheWindow() {
        try (var peer = peer()) {
            Http2FrameStream stream = peer.open(Http2Peer.head("POST", "/x"), false);
            peer.data(stream, "x".repeat(WINDOW), false);
            peer.data(stream, "more", true);
            exchanges.get(0).body(new Taker());
            peer.exchangeBytes();

            assertThat(told).containsExactly("262144 bytes", "more", "end");
        }
    }

    @Test
    void section5_2_letsAPeerSendOnWhenATunnelIsReadAgain() {
        try (var peer = tunnels(new Ears())) {
            Http2FrameStream stream = connect(peer);
            Reading.pause(tunnel.channel());
            peer.data(stream, "x".repeat(WINDOW), false);
            peer.data(stream, "more", false);
            Reading.resume(tunnel.channel());
            peer.exchangeBytes();

            assertThat(told).last().isEqualTo("more");
        }
    }

    // Resets

    @Test
    void section5_1_sendsNothingBehindAReset() {
        HttpService service =
                exchange -> {
                    ResponseStream answer =
                            exchange.stream(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE);
                    answer.write(bytes("before"));
                    answer.flush();
                    exchange.connection().close(CloseReason.FORCE_DISCONNECT);
                };
        try (var peer = Http2Peer.of(HttpPeer.at("/x", service))) {
            peer.get("/x");

            assertThat(peer.heard()).containsExactly("3:200", "3:\"before\"", "3!CANCEL");
        }
    }

    @Test
    void sendsThePartingWordsOfATunnel() {
        Ears parting =
                new Ears() {
                    @Override
                    void heard(ChannelHandlerContext ctx) {
                        ctx.writeAndFlush(bytes("bye"))
                                .addListener(written -> tunnel.close(CloseReason.SHUTDOWN));
                    }
                };
        try (var peer = tunnels(parting)) {
            Http2FrameStream stream = connect(peer);
            peer.data(stream, "hi", true);

            assertThat(peer.heard()).containsExactly("3:\"bye\"", "3!CANCEL");
            assertThat(told).containsExactly("hi", "gone");
        }
    }

    @Test
    void callsNoServiceThatHasEndedItsStream() {
        try (var peer = peer()) {
            Http2FrameStream stream = peer.open(Http2Peer.head("POST", "/x"), false);
            HttpExchange exchange = exchanges.get(0);
            exchange.body(
                    new Taker() {
                        @Override
                        public void piece(ByteBuf piece) {
                            super.piece(piece);
                            exchange.connection().close(CloseReason.FORCE_DISCONNECT);
                        }
                    });
            peer.data(stream, "enough", true);

            assertThat(told).containsExactly("enough");
            assertThat(peer.heard()).containsExactly("3!CANCEL");
        }
    }

    @Test
    void resetsOnceWhereAServiceThatIsToldClosesToo() {
        try (var peer = peer()) {
            peer.get("/x");
            Connection connection = exchanges.get(0).connection();
            exchanges.get(0).whenCut(() -> connection.close(CloseReason.SHUTDOWN));
            connection.close(CloseReason.FORCE_DISCONNECT);

            assertThat(peer.heard()).containsExactly("3!CANCEL");
        }
    }

    @Test
    void section5_1_bearsWhatWasOnItsWayToAsManyStreamsAsThereMayBe() {
        try (var peer = peer()) {
            for (int i = 0; i < 100; i++) {
                peer.open(Http2Peer.head("POST", "/x"), false);
            }
            exchanges.forEach(exchange -> exchange.respond(HttpResponseStatus.OK, "no need"));
            peer.heard();
            peer.raw(oneByte(3));

            assertThat(peer.heard()).isEmpty();
            assertThat(peer.channel.isOpen()).isTrue();
        }
    }

    @Test
    void section5_1_answersNothingToWhatWasOnItsWay() {
        try (var peer = peer()) {
            peer.open(Http2Peer.head("POST", "/x"), false);
            exchanges.get(0).respond(HttpResponseStatus.OK, "no need");
            peer.heard();
            for (int i = 0; i < 1500; i++) { // more than may be reset in a while
                peer.raw(oneByte(3));
            }

            assertThat(peer.heard()).isEmpty();
            assertThat(peer.channel.isOpen()).isTrue();
            assertThat(peer.connection.defences()).isEmpty();
        }
    }

    // Tunnels

    @Test
    void rfc8441_readsTheRestOfATunnelThatBothSidesHaveEnded() {
        try (var peer = tunnels(new Ears())) {
            Http2FrameStream stream = connect(peer);
            tunnel.endOutput();
            Channel channel = tunnel.channel();
            Reading.pause(channel);
            peer.data(stream, "one ", false);
            peer.data(stream, "two", true);
            assertThat(told).isEmpty();
            assertThat(channel.isActive()).isTrue();
            Reading.resume(channel);
            peer.exchangeBytes();

            assertThat(told).containsExactly("one two", "end", "gone");
        }
    }

    @Test
    void rfc8441_dropsTheRestOfATunnelWithItsConnection() {
        try (var peer = tunnels(new Ears())) {
            Http2FrameStream stream = connect(peer);
            tunnel.endOutput();
            Reading.pause(tunnel.channel());
            peer.data(stream, "unread", true);
            peer.channel.close();
            peer.exchangeBytes();

            assertThat(told).containsExactly("gone");
        }
    }

    @Test
    void rfc8441_closesATunnelWithAnUnreadRest() {
        try (var peer = tunnels(new Ears())) {
            Http2FrameStream stream = connect(peer);
            tunnel.endOutput();
            Reading.pause(tunnel.channel());
            peer.data(stream, "unread", true);
            tunnel.channel().close();
            peer.exchangeBytes();

            assertThat(told).containsExactly("gone");
            assertThat(peer.channel.isOpen()).isTrue();
        }
    }

    @Test
    void rfc8441_givesNothingToATunnelThatHasPaused() {
        Ears pausing =
                new Ears() {
                    @Override
                    void heard(ChannelHandlerContext ctx) {
                        Reading.pause(ctx.channel());
                    }
                };
        try (var peer = tunnels(pausing)) {
            Http2FrameStream stream = connect(peer);
            peer.data(stream, "one", false);
            peer.data(stream, "two", true);
            assertThat(told).containsExactly("one");

            Reading.resume(tunnel.channel());
            peer.exchangeBytes();
            assertThat(told).containsExactly("one", "two");

            Reading.resume(tunnel.channel());
            peer.exchangeBytes();
            assertThat(told).containsExactly("one", "two", "end");
        }
    }

    @Test
    void rfc8441_tellsATunnelThatIsClosedOfNoEnd() {
        Ears closing =
                new Ears() {
                    @Override
                    void heard(ChannelHandlerContext ctx) {
                        ctx.close();
                    }
                };
        try (var peer = tunnels(closing)) {
            peer.data(connect(peer), "enough", true);

            assertThat(told).containsExactly("enough", "gone");
        }
    }

    @Test
    void section8_5_resetsATunnelThatEndsInFields() {
        try (var peer = tunnels(new Ears())) {
            peer.trailers(connect(peer), "a", "b");

            assertThat(peer.heard()).containsExactly("3!PROTOCOL_ERROR");
            assertThat(told).containsExactly("gone");
        }
    }

    @Test
    void section15_2_tellsNobodyToGoOnBehindTheHead() {
        try (var peer = peer()) {
            Http2FrameStream stream =
                    peer.open(Http2Peer.head("POST", "/x", "expect", "100-continue"), false);
            exchanges.get(0).stream(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE);
            exchanges.get(0).body(new Taker());
            peer.data(stream, "body", false);

            assertThat(peer.heard()).containsExactly("3:200");
            assertThat(told).containsExactly("body");
            assertThat(peer.channel.isOpen()).isTrue();
        }
    }

    // Good-byes

    @Test
    void section6_8_endsAStreamThatWouldNotEndAndBeganBehindTheFirstGoodbye() {
        HttpService service =
                exchange -> exchange.stream(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE);
        try (var peer = Http2Peer.of(HttpPeer.at("/x", service))) {
            peer.channel.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));
            peer.channel.writeInbound(get(3)); // it has not read it yet
            peer.exchangeBytes();
            peer.pass(Duration.ofSeconds(2));

            assertThat(peer.channel.isOpen()).isFalse();
            assertThat(peer.connection.whenClosed()).isCompletedWithValue(CloseReason.SHUTDOWN);
        }
    }

    /** HEADERS of a whole GET http://a/x. */
    private static ByteBuf get(int stream) {
        String fields = "82" + "86" + "4402" + "2f78" + "4101" + "61";
        return Unpooled.buffer()
                .writeMedium(fields.length() / 2)
                .writeShort(0x0105)
                .writeInt(stream)
                .writeBytes(ByteBufUtil.decodeHexDump(fields));
    }

    // Time

    @Test
    void bearsAPeerThatReadsSlowly() {
        try (var peer = peer()) {
            peer.window(1);
            peer.get("/x");
            exchanges.get(0).respond(HttpResponseStatus.OK, "long");
            for (int window = 2; window <= 5; window++) {
                peer.pass(Duration.ofSeconds(50));
                peer.window(window);
            }

            assertThat(peer.heard()).last().isEqualTo("3:\"\n\".");
            assertThat(peer.connection.defences()).isEmpty();
        }
    }

    @Test
    void bearsAPeerThatReadsAStreamSlowly() {
        try (var peer = peer()) {
            peer.window(1);
            peer.get("/x");
            ResponseStream answer =
                    exchanges.get(0).stream(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE);
            for (int i = 0; i < 4; i++) {
                answer.write(bytes("x".repeat(30_000)));
                answer.flush();
            }
            assertThat(answer.channel().isWritable()).isFalse();
            for (int window = 2; window <= 5; window++) {
                peer.pass(Duration.ofSeconds(50));
                peer.window(window);
            }

            assertThat(peer.heard()).last().isEqualTo("3:\"x\"");
            assertThat(peer.connection.defences()).isEmpty();
        }
    }

    @Test
    void endsOneStreamThatIsNotReadAndNoOther() {
        try (var peer = peer()) {
            peer.window(1);
            peer.get("/x");
            peer.get("/x");
            exchanges.get(0).respond(HttpResponseStatus.OK, "long");
            peer.pass(Duration.ofSeconds(61));
            assertThat(peer.heard()).last().isEqualTo("3!CANCEL");

            peer.window(100);
            exchanges.get(1).respond(HttpResponseStatus.OK, "other");
            assertThat(peer.heard()).last().isEqualTo("5:\"other\n\".");
        }
    }

    @Test
    void waitsForAServiceThatHasPaused() {
        try (var peer = peer()) {
            Http2FrameStream stream = peer.open(Http2Peer.head("POST", "/x"), false);
            exchanges.get(0).body(new Taker());
            Reading.pause(exchanges.get(0).connection().channel());
            peer.data(stream, "later", false);
            peer.pass(Duration.ofMinutes(10));
            assertThat(peer.heard()).isEmpty();

            Reading.resume(exchanges.get(0).connection().channel());
            assertThat(told).containsExactly("later");
            peer.pass(Duration.ofSeconds(61));
            assertThat(peer.connection.defences()).containsExactly("body-timeout");
        }
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, UTF_8);
    }

    @Test
    void section5_1_takesWhatComesBehindTheEndForNoBeginningOfAHead() {
        ByteBuf reset = Unpooled.buffer().writeMedium(4).writeShort(0x0300).writeInt(3).writeInt(8);
        ByteBuf window =
                Unpooled.buffer().writeMedium(4).writeShort(0x0800).writeInt(3).writeInt(1);
        for (ByteBuf late : List.of(oneByte(3), reset, window)) {
            try (var peer = peer()) {
                peer.open(Http2Peer.head("POST", "/x"), false);
                exchanges.remove(0).respond(HttpResponseStatus.OK, "no need");
                peer.heard();
                peer.raw(late);
                peer.pass(Duration.ofSeconds(30)); // less than it may be idle

                assertThat(peer.heard()).isEmpty();
                assertThat(peer.channel.isOpen()).isTrue();
                assertThat(peer.connection.defences()).isEmpty();
            }
        }
    }

    /** DATA of one byte. */
    private static ByteBuf oneByte(int stream) {
        return Unpooled.buffer().writeMedium(1).writeShort(0).writeInt(stream).writeByte('x');
    }

    /** A peer of a service that opens tunnels which this handler reads. */
    private Http2Peer tunnels(ChannelInboundHandlerAdapter reader) {
        return Http2Peer.of(
                HttpPeer.upgrade(
                        "/ws",
                        exchange -> {
                            tunnel = exchange.connection();
                            exchange.upgrade(
                                    "websocket",
                                    EmptyHttpHeaders.INSTANCE,
                                    pipeline -> pipeline.addLast(reader));
                        }));
    }

    private static Http2FrameStream connect(Http2Peer peer) {
        Http2FrameStream stream =
                peer.open(Http2Peer.head("CONNECT", "/ws", ":protocol", "websocket"), false);
        assertThat(peer.heard()).containsExactly("3:200");
        return stream;
    }

    private static String shown(ByteBuf bytes) {
        int length = bytes.readableBytes();
        return length > 100 ? length + " bytes" : bytes.toString(UTF_8);
    }

    /** Writes down the body. */
    private class Taker implements BodyReader {

        @Override
        public void piece(ByteBuf piece) {
            told.add(shown(piece));
        }

        @Override
        public void end() {
            told.add("end");
        }
    }

    /** Writes down what comes through a tunnel. */
    class Ears extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            var bytes = (ByteBuf) message;
            told.add(shown(bytes));
            bytes.release();
            heard(ctx);
        }

        /** After each piece. */
        void heard(ChannelHandlerContext ctx) {}

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                told.add("end");
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            told.add("gone");
        }
    }
}
