// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.http.Http2Options;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.Reading;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams of an HTTP/2 connection for somebody who deals in frames. */
class Http2FramesTest {

    private static final Http2Options OPTIONS =
            new Http2Options(10, 8192, 65_535, Duration.ZERO, Duration.ZERO);

    private final List<Connection> streams = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();

    private Http2Peer peer() {
        return Http2Peer.ofStreams(
                OPTIONS,
                stream -> {
                    streams.add(stream);
                    stream.channel().pipeline().addLast(new Frames());
                });
    }

    @Test
    void givesFramesAsTheyCome() {
        try (var peer = peer()) {
            Http2FrameStream stream = peer.open(Http2Peer.head("POST", "/x"), false);
            peer.data(stream, "one", false);
            peer.trailers(stream, "a", "b");
            Http2FrameStream taken = peer.open(Http2Peer.head("POST", "/y"), false);
            peer.reset(taken);

            assertThat(heard).containsExactly("/x", "one", "a=b", "/y", "reset", "gone");
        }
    }

    @Test
    void sendsFramesAndBytesAsTheyAreWritten() {
        try (var peer = peer()) {
            peer.open(Http2Peer.head("POST", "/x"), false);
            var channel = streams.get(0).channel();
            channel.write(
                    new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200"), false));
            channel.write(Unpooled.copiedBuffer("hi", UTF_8));
            channel.writeAndFlush(
                    new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().add("a", "b"), true));

            assertThat(peer.heard()).containsExactly("3:200", "3:\"hi\"", "3: a=b.");
        }
    }

    @Test
    void section8_3_1_resetsAHeadWithoutWhatItMustHave() {
        for (String name : List.of(":method", ":scheme", ":path")) {
            try (var peer = peer()) {
                Http2Headers head = Http2Peer.head("POST", "/x");
                head.remove(name);
                peer.open(head, true);

                assertThat(peer.heard()).as(name).containsExactly("3!PROTOCOL_ERROR");
                assertThat(heard).as(name).doesNotContain("/x");
                assertThat(peer.channel.isOpen()).as(name).isTrue();
            }
        }
    }

    @Test
    void section5_2_2_leavesOtherStreamsTheirWindowsWhereOneIsNotRead() {
        String fill = "x".repeat(65_535);
        try (var peer = peer()) {
            Http2FrameStream held = peer.open(Http2Peer.head("POST", "/held"), false);
            Reading.pause(streams.get(0).channel());
            peer.data(held, fill, false); // one is on its way when reading stops
            heard.clear();
            Http2FrameStream other = peer.open(Http2Peer.head("POST", "/other"), false);
            peer.data(other, "hi", true);

            assertThat(heard).containsExactly("/other", "hi");
        }
    }

    @Test
    void section6_8_tellsStreamsOfTheGoodbyeAndWaitsForThem() {
        try (var peer = peer()) {
            Http2FrameStream stream = peer.open(Http2Peer.head("POST", "/x"), false);
            peer.channel.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));
            assertThat(heard).containsExactly("/x", "go away");

            peer.data(stream, "late", true);
            assertThat(peer.connection.closeReason()).isEmpty();

            streams.get(0)
                    .channel()
                    .writeAndFlush(
                            new DefaultHttp2HeadersFrame(
                                    new DefaultHttp2Headers().status("200"), true));
            peer.pass(Duration.ofSeconds(2));
            assertThat(peer.connection.closeReason()).contains(CloseReason.SHUTDOWN);
        }
    }

    @Test
    void letsAStreamStandStillForAsLongAsItLikes() {
        try (var peer = peer()) {
            Http2FrameStream stream = peer.open(Http2Peer.head("POST", "/x"), false);
            peer.pass(Duration.ofHours(2));
            peer.data(stream, "late", true);

            assertThat(heard).containsExactly("/x", "late");
        }
    }

    @Test
    void endsWithItsConnectionWhatIsNotRead() {
        try (var peer = peer()) {
            Http2FrameStream stream = peer.open(Http2Peer.head("POST", "/x"), false);
            Reading.pause(streams.get(0).channel());
            peer.data(stream, "on its way", false);
            peer.data(stream, "held", false);
            peer.channel.close();

            assertThat(heard).containsExactly("/x", "on its way");
            assertThat(streams.get(0).channel().isOpen()).isFalse();
        }
    }

    @Test
    void keepaliveEnforcement_endsAPeerThatPingsASilentConnectionTooOften() {
        var options = new Http2Options(10, 8192, 65_535, Duration.ZERO, Duration.ofMinutes(5));
        try (var peer =
                Http2Peer.ofStreams(
                        options, one -> one.channel().pipeline().addLast(new Frames()))) {
            peer.open(Http2Peer.head("POST", "/x"), false);
            for (int i = 0; i < 3; i++) {
                peer.write(new DefaultHttp2PingFrame(i));
            }
            assertThat(peer.heard()).isEmpty();

            peer.write(new DefaultHttp2PingFrame(3));

            assertThat(peer.heard()).contains("away ENHANCE_YOUR_CALM 2147483647");
            assertThat(peer.connection.defences()).containsExactly("too-many-pings");
        }
    }

    @Test
    void keepaliveEnforcement_letsAPeerPingThatDoesSomethingElseBetween() {
        var options = new Http2Options(10, 8192, 65_535, Duration.ZERO, Duration.ofMinutes(5));
        try (var peer =
                Http2Peer.ofStreams(
                        options, one -> one.channel().pipeline().addLast(new Frames()))) {
            Http2FrameStream stream = peer.open(Http2Peer.head("POST", "/x"), false);
            for (int i = 0; i < 20; i++) {
                peer.write(new DefaultHttp2PingFrame(i));
                peer.data(stream, "x", false);
            }

            assertThat(peer.heard()).isEmpty();
        }
    }

    /** Writes down what comes. */
    private final class Frames extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            if (frame instanceof Http2HeadersFrame headers) {
                CharSequence path = headers.headers().path();
                heard.add(path == null ? "a=" + headers.headers().get("a") : path.toString());
            } else if (frame instanceof Http2DataFrame data) {
                heard.add(data.content().toString(UTF_8));
            }
            ReferenceCountUtil.release(frame);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2ResetFrame) {
                heard.add("reset");
            } else if (event instanceof GoAway) {
                heard.add("go away");
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (streams.size() > 1) {
                heard.add("gone");
            }
        }
    }
}
