// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.http.BodyReader;
import dev.orion.http.Http2Options;
import dev.orion.http.HttpExchange;
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
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.DefaultHttp2SettingsFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** HTTP/2 (RFC 9113), as far as Netty leaves it to us. */
class Http2ConnectionTest {

    private static final String UPGRADE = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n";

    private final List<HttpExchange> exchanges = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    private Http2Peer peer() {
        return Http2Peer.of(HttpPeer.at("/x", exchanges::add));
    }

    @Test
    void section3_4_answersAPeerThatBeginsWithThePreface() {
        try (var peer =
                Http2Peer.of(HttpPeer.at("/x", e -> e.respond(HttpResponseStatus.OK, "hi")))) {
            peer.get("/x");

            assertThat(peer.heard())
                    .containsExactly(
                            "3:200 content-type=text/plain; charset=utf-8 content-length=3",
                            "3:\"hi\n\".");
        }
    }

    @Test
    void section3_4_servesHttp1ToWhoeverDoesNotBeginWithIt() {
        try (var peer = HttpPeer.of(e -> e.respond(HttpResponseStatus.OK, "hi"))) {
            assertThat(peer.trickle("PUT /y HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"))
                    .startsWith("HTTP/1.1 404 ");
            assertThat(peer.trickle("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).startsWith("HTTP/1.1 505");
        }
    }

    @Test
    void section3_4_endsAConnectionThatBeginsWithNeitherProtocol() {
        try (var peer = HttpPeer.of(e -> e.respond(HttpResponseStatus.OK, "hi"))) {
            assertThat(peer.trickle("INVALID CONNECTION PREFACE\r\n\r\n")).isEmpty();
            assertThat(peer.channel.isOpen()).isFalse();
            assertThat(peer.connection.whenClosed()).isCompletedWithValue(CloseReason.BAD_REQUEST);
        }
    }

    @Test
    void section3_4_answersWhatIsNoHttpWhereHttp1WasAgreedOn() {
        try (var peer = HttpPeer.of(e -> e.respond(HttpResponseStatus.OK, "hi"))) {
            peer.connection.applicationProtocol("http/1.1"); // RFC 7301

            assertThat(peer.send("INVALID CONNECTION PREFACE\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void section3_4_answersWhatIsNoHttpBehindARequest() {
        try (var peer = HttpPeer.of(e -> e.respond(HttpResponseStatus.OK, "hi"))) {
            assertThat(peer.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")).contains("hi");
            assertThat(peer.send("INVALID CONNECTION PREFACE\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void section3_4_givesUpOnAPrefaceThatDoesNotEnd() {
        try (var peer = HttpPeer.of(e -> {})) {
            peer.send("PRI * HTTP/2.0\r\n\r\nSM");
            peer.pass(Duration.ofSeconds(11));

            assertThat(peer.received()).startsWith("HTTP/1.1 408 ");
        }
    }

    @Test
    void section3_4_givesUpOnAPeerThatSendsNoSettings() {
        try (var peer = HttpPeer.of(e -> {})) {
            peer.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            peer.pass(Duration.ofSeconds(11));

            assertThat(peer.channel.isOpen()).isFalse();
            assertThat(peer.connection.defences()).containsExactly("header-timeout");
        }
    }

    @Test
    void section5_1_resetsAStreamWhosePeerGoesOnAfterItsEnd() {
        try (var peer = peer()) {
            peer.get("/x");
            peer.raw(head(3));

            assertThat(peer.heard()).containsExactly("3!STREAM_CLOSED");
            assertThat(peer.channel.isOpen()).isTrue();
        }
    }

    @Test
    void section5_1_endsAConnectionThatGoesOnWithAStreamThatIsOver() {
        try (var peer = peer()) {
            peer.get("/x");
            exchanges.get(0).respond(HttpResponseStatus.OK, "");
            peer.heard();
            peer.raw(head(3));

            assertThat(peer.heard()).first().asString().startsWith("away STREAM_CLOSED");
            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    @Test
    void section5_1_1_endsAConnectionThatGoesBack() {
        try (var peer = HttpPeer.of(exchanges::add)) {
            peer.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\0\0\0\4\0\0\0\0\0");
            peer.send(head(9).toString(ISO_8859_1));
            assertThat(peer.channel.isOpen()).isTrue();
            peer.send(head(5).toString(ISO_8859_1));

            assertThat(peer.channel.isOpen()).isFalse();
            assertThat(peer.connection.whenClosed()).isCompletedWithValue(CloseReason.BAD_REQUEST);
        }
    }

    @Test
    void section5_1_bearsWhatWasOnItsWayToAStreamThatWasReset() {
        try (var peer = peer()) {
            peer.open(Http2Peer.head("POST", "/x", "content-length", "65537"), false);
            exchanges.get(0).respond(HttpResponseStatus.OK, "no need");
            assertThat(peer.heard()).last().isEqualTo("3!NO_ERROR");
            peer.raw(Unpooled.buffer().writeMedium(1).writeShort(0).writeInt(3).writeByte('x'));
            peer.raw(head(3));

            peer.get("/x");
            assertThat(exchanges).hasSize(2);
        }
    }

    @Test
    void section5_1_2_refusesMoreStreamsThanItSaid() {
        HttpProtocol.Settings settings = limited(new Limits(2, 1000, 1000));
        try (var peer = Http2Peer.of(settings, HttpPeer.at("/x", exchanges::add))) {
            assertThat(peer.settings.maxConcurrentStreams()).isEqualTo(2);
            peer.codec.connection().local().maxActiveStreams(10); // as if it had not listened
            peer.get("/x");
            peer.get("/x");
            peer.get("/x");

            assertThat(peer.heard()).containsExactly("7!REFUSED_STREAM");
            assertThat(peer.connection.defences()).containsExactly("max-streams");
            exchanges.forEach(exchange -> exchange.respond(HttpResponseStatus.OK, ""));
            assertThat(peer.heard()).hasSize(4).allMatch(each -> each.matches("(?s)[35]:.*"));
        }
    }

    @Test
    void section6_8_goesAwayInTwoStepsAndAfterTheLastAnswer() {
        try (var peer = peer()) {
            Http2FrameStream before = peer.get("/x");
            peer.channel.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));
            assertThat(peer.heard())
                    .containsExactly("away NO_ERROR " + Integer.MAX_VALUE, "away NO_ERROR 3");
            assertThat(peer.channel.isOpen()).isTrue();

            exchanges.get(0).respond(HttpResponseStatus.OK, "late");
            assertThat(peer.heard()).last().isEqualTo(before.id() + ":\"late\n\".");
            assertThat(peer.channel.isOpen()).isFalse();
            assertThat(peer.connection.whenClosed()).isCompletedWithValue(CloseReason.SHUTDOWN);
        }
    }

    @Test
    void section6_8_goesAwayFromAPeerThatAnswersNoPing() {
        try (var peer = HttpPeer.of(e -> {})) {
            String settings = "\0\0\0\4\0\0\0\0\0";
            peer.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings);
            peer.channel.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));
            assertThat(peer.channel.isOpen()).isTrue();
            peer.pass(Duration.ofSeconds(2)); // and as long again for it to close first
            peer.pass(Duration.ofSeconds(2));

            assertThat(peer.channel.isOpen()).isFalse();
            assertThat(peer.connection.whenClosed()).isCompletedWithValue(CloseReason.SHUTDOWN);
        }
    }

    @Test
    void section6_8_goesAwayThoughAStreamBeginsAndEndsBehindTheFirstGoodbye() {
        try (var peer = HttpPeer.of(e -> {})) {
            String settings = "\0\0\0\4\0\0\0\0\0";
            peer.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings);
            peer.channel.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));
            peer.channel.writeInbound(head(1)); // without a host: answered with 400
            peer.pass(Duration.ofSeconds(2));
            peer.pass(Duration.ofSeconds(2));

            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    @Test
    void section6_8_endsStreamsThatWouldNotEnd() {
        try (var peer = peer()) {
            peer.get("/x");
            ResponseStream stream =
                    exchanges.get(0).stream(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE);
            stream.whenClosed(() -> stream.write(bytes("bye")));
            peer.channel.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));

            assertThat(peer.heard())
                    .containsExactly(
                            "3:200",
                            "3:\"bye\".",
                            "away NO_ERROR " + Integer.MAX_VALUE,
                            "away NO_ERROR 3");
            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    @Test
    void section8_1_takesABodyAndAnswersWithTrailers() {
        try (var peer = peer()) {
            Http2FrameStream stream = peer.open(Http2Peer.head("POST", "/x"), false);
            exchanges.get(0).body(new Taker());
            peer.data(stream, "one ", false);
            peer.data(stream, "two", false);
            peer.trailers(stream, "sum", "7");
            assertThat(told).containsExactly("one ", "two", "end sum=7");

            ResponseStream answer =
                    exchanges.get(0).stream(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE);
            answer.write(bytes("whole"));
            answer.end(new DefaultHttpHeaders().set("Grpc-Status", "0"));
            assertThat(peer.heard()).containsExactly("3:200", "3:\"whole\"", "3: grpc-status=0.");
        }
    }

    @Test
    void section8_1_answersBeforeTheBodyIsThereAndThrowsItAway() {
        try (var peer = peer()) {
            Http2FrameStream stream = peer.open(Http2Peer.head("POST", "/x"), false);
            exchanges.get(0).respond(HttpResponseStatus.OK, "no need");
            assertThat(peer.heard())
                    .containsExactly(
                            "3:200 content-type=text/plain; charset=utf-8 content-length=8",
                            "3:\"no need\n\".");

            peer.data(stream, "body", false);
            peer.data(stream, "end", true);
            peer.get("/x");
            exchanges.get(1).respond(HttpResponseStatus.OK, "next");
            assertThat(peer.heard())
                    .containsExactly(
                            "5:200 content-type=text/plain; charset=utf-8 content-length=5",
                            "5:\"next\n\".");
        }
    }

    @Test
    void section8_1_resetsWithNoErrorWhereALongBodyIsNotWanted() {
        try (var peer = peer()) {
            peer.open(Http2Peer.head("POST", "/x", "content-length", "65537"), false);
            exchanges.get(0).respond(HttpResponseStatus.OK, "no need");

            assertThat(peer.heard()).last().isEqualTo("3!NO_ERROR");
        }
    }

    @Test
    void section8_1_resetsWithNoErrorWhenTooMuchOfABodyHasBeenThrownAway() {
        try (var peer = peer()) {
            Http2FrameStream stream = peer.open(Http2Peer.head("POST", "/x"), false);
            peer.data(stream, "x".repeat(16_000), false);
            exchanges.get(0).respond(HttpResponseStatus.OK, "no need");
            for (int piece = 1; piece < 4; piece++) {
                peer.data(stream, "x".repeat(16_000), false);
            }
            assertThat(peer.heard()).last().isEqualTo("3:\"no need\n\".");

            peer.data(stream, "x".repeat(1537), false);
            assertThat(peer.heard()).containsExactly("3!NO_ERROR");
        }
    }

    @Test
    void section8_1_resetsWithNoErrorWhenTheRestOfABodyDoesNotCome() {
        try (var peer = peer()) {
            peer.open(Http2Peer.head("POST", "/x"), false);
            exchanges.get(0).respond(HttpResponseStatus.OK, "no need");
            peer.heard();
            peer.pass(Duration.ofSeconds(62));

            assertThat(peer.heard()).containsExactly("3!NO_ERROR");
            assertThat(peer.connection.defences()).containsExactly("body-timeout");
        }
    }

    @Test
    void section8_1_waitsForNoBodyThatIsNotSentWithoutBeingAskedFor() {
        try (var peer = peer()) {
            peer.open(Http2Peer.head("POST", "/x", "expect", "100-continue"), false);
            exchanges.get(0).respond(HttpResponseStatus.OK, "no need");

            assertThat(peer.heard()).last().isEqualTo("3!NO_ERROR");
        }
    }

    @Test
    void section8_1_waitsForNoBodyWhenItSaysGoodBye() {
        try (var peer = peer()) {
            peer.open(Http2Peer.head("POST", "/x"), false);
            exchanges.get(0).respond(HttpResponseStatus.OK, "no need");
            peer.heard();
            peer.channel.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));

            assertThat(peer.heard()).first().isEqualTo("3!NO_ERROR");
        }
    }

    @Test
    void section8_1_1_resetsATrailerThatIsMalformedBehindAnAnswer() {
        try (var peer = peer()) {
            peer.window(4); // so that the client's side of the stream is not over
            Http2FrameStream stream = peer.open(Http2Peer.head("POST", "/x"), false);
            exchanges.get(0).respond(HttpResponseStatus.OK, "no need");
            peer.heard();
            peer.trailers(stream, ":path", "/y");

            assertThat(peer.heard()).containsExactly("3!PROTOCOL_ERROR");
        }
    }

    @Test
    void section8_1_resetsOnlyWhenTheAnswerHasGone() {
        try (var peer = peer()) {
            peer.window(4);
            peer.open(Http2Peer.head("POST", "/x", "content-length", "65537"), false);
            exchanges.get(0).respond(HttpResponseStatus.OK, "no need");
            assertThat(peer.heard()).last().isEqualTo("3:\"no n\"");

            peer.window(100);
            assertThat(peer.heard()).containsExactly("3:\"eed\n\".", "3!NO_ERROR");
        }
    }

    @Test
    void section8_1_1_resetsWhatIsMalformed() {
        for (Http2Headers head :
                List.of(
                        Http2Peer.head("GET", "x"),
                        Http2Peer.head("GET", "http://a/x"),
                        Http2Peer.head("GET", "/x", "host", "b"),
                        Http2Peer.head("GET", "/x", ":protocol", "websocket"),
                        Http2Peer.head("GET", "/x", "a", "b\r\nc: d"),
                        Http2Peer.head("G T", "/x"),
                        Http2Peer.head("GET", ""),
                        without(":method"),
                        without(":scheme"),
                        without(":path"),
                        Http2Peer.head("GET", "/x", "connection", "close"),
                        Http2Peer.head("GET", "/x", "transfer-encoding", "chunked"),
                        Http2Peer.head("GET", "/x", "te", "gzip"),
                        Http2Peer.head("GET", "/x", "a b", "c"),
                        Http2Peer.head("GET", "/x", "a", "b\0"),
                        Http2Peer.head("GET", "/x", "A", "b"))) {
            try (var peer = peer()) {
                peer.open(head, true);
                assertThat(peer.heard()).as("%s", head).containsExactly("3!PROTOCOL_ERROR");
                assertThat(exchanges).isEmpty();
                peer.get("/x");
                assertThat(exchanges).as("the next request").hasSize(1);
                exchanges.clear();
            }
        }
    }

    @Test
    void section8_1_1_resetsABodyOfAnotherLength() {
        try (var peer = peer()) {
            Http2FrameStream stream =
                    peer.open(Http2Peer.head("POST", "/x", "content-length", "5"), false);
            exchanges.get(0).body(new Taker());
            exchanges.get(0).whenCut(() -> told.add("cut"));
            peer.data(stream, "123456", true);

            assertThat(peer.heard()).containsExactly("3!PROTOCOL_ERROR");
            assertThat(told).containsExactly("cut");
        }
    }

    @Test
    void section8_2_3_putsCookiesTogether() {
        try (var peer = peer()) {
            peer.get("/x", "cookie", "a=1", "cookie", "b=2");

            assertThat(exchanges.get(0).request().headers().getAll("cookie"))
                    .containsExactly("a=1; b=2");
        }
    }

    @Test
    void section8_3_1_makesTheAuthorityTheHost() {
        try (var peer = peer()) {
            peer.get("/x?q=1");

            assertThat(exchanges.get(0).request().headers().get("host")).isEqualTo("a");
            assertThat(exchanges.get(0).query()).isEqualTo(Map.of("q", List.of("1")));
        }
    }

    @Test
    void section8_3_1_refusesWhatHasNoHostOrABadOne() {
        try (var peer = peer()) {
            Http2Headers none = Http2Peer.head("GET", "/x");
            none.remove(":authority");
            peer.open(none, true);
            Http2Headers bad = Http2Peer.head("GET", "/x");
            bad.authority("a b");
            peer.open(bad, true);

            assertThat(peer.heard())
                    .filteredOn(each -> each.contains(":4"))
                    .allMatch(each -> each.matches("(?s)[35]:400 .*"))
                    .hasSize(2);
        }
    }

    @Test
    void section8_5_isNoProxy() {
        try (var peer = peer()) {
            Http2Headers head = Http2Peer.head("CONNECT", "/");
            head.remove(":path");
            head.remove(":scheme");
            head.authority("other:443");
            peer.open(head, true);

            assertThat(peer.heard()).first().asString().startsWith("3:501 ");
        }
    }

    @Test
    void section10_5_1_answersTooManyFieldsWith431() {
        try (var peer = peer()) {
            peer.get("/x", "a", "b".repeat(9000));

            assertThat(peer.heard()).first().asString().startsWith("3:431");
            peer.get("/x");
            assertThat(exchanges).hasSize(1);
        }
    }

    @Test
    void section10_5_endsAPeerThatResetsRapidly() {
        HttpProtocol.Settings settings = limited(new Limits(100, 20, 1000));
        try (var peer = Http2Peer.of(settings, HttpPeer.at("/x", exchanges::add))) {
            for (int i = 0; i < 30 && peer.channel.isOpen(); i++) {
                peer.reset(peer.get("/x"));
            }

            assertThat(peer.heard()).first().asString().startsWith("away ENHANCE_YOUR_CALM");
            assertThat(peer.connection.defences()).containsExactly("rapid-reset");
            assertThat(exchanges).hasSizeBetween(20, 21);
        }
    }

    @Test
    void section10_5_endsAPeerThatPingsWithoutEnd() {
        HttpProtocol.Settings settings = limited(new Limits(100, 1000, 20));
        try (var peer = Http2Peer.of(settings, HttpPeer.at("/x", exchanges::add))) {
            for (int i = 0; i < 30; i++) {
                peer.write(new DefaultHttp2PingFrame(i));
                if (i % 5 == 0) {
                    peer.get("/x"); // whoever works may ping
                }
            }
            assertThat(peer.heard()).isEmpty();
            for (int i = 0; i < 30 && peer.channel.isOpen(); i++) {
                peer.write(new DefaultHttp2PingFrame(i));
            }

            assertThat(peer.heard()).first().asString().startsWith("away ENHANCE_YOUR_CALM");
            assertThat(peer.connection.defences()).containsExactly("control-flood");
        }
    }

    @Test
    void section10_5_endsAPeerThatChangesItsSettingsWithoutEnd() {
        HttpProtocol.Settings settings = limited(new Limits(100, 1000, 20));
        try (var peer = Http2Peer.of(settings, HttpPeer.at("/x", exchanges::add))) {
            for (int i = 0; i < 30 && peer.channel.isOpen(); i++) {
                peer.write(
                        new DefaultHttp2SettingsFrame(new Http2Settings().maxFrameSize(16384 + i)));
            }

            assertThat(peer.connection.defences()).containsExactly("control-flood");
        }
    }

    @Test
    void section10_5_endsAPeerWhoseHeadNeverEnds() {
        try (var peer = peer()) {
            // HEADERS on stream 3 without END_HEADERS, then CONTINUATION of one byte each.
            var flood = new StringBuilder("000001" + "01" + "00" + "00000003" + "82");
            flood.append(("000001" + "09" + "00" + "00000003" + "84").repeat(200));
            peer.raw(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(flood)));

            assertThat(peer.heard()).first().asString().startsWith("away ENHANCE_YOUR_CALM");
            assertThat(peer.connection.defences()).containsExactly("continuation-flood");
        }
    }

    @Test
    void section10_5_givesUpOnAHeadThatStandsStill() {
        String headers = "000001" + "01" + "01" + "00000003"; // END_HEADERS has to follow
        for (String begun : List.of("0000", headers, headers + "82")) {
            try (var peer = peer()) {
                peer.raw(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(begun)));
                peer.pass(Duration.ofSeconds(9));
                assertThat(peer.channel.isOpen()).as(begun).isTrue();
                peer.pass(Duration.ofSeconds(2));

                assertThat(peer.channel.isOpen()).as(begun).isFalse();
                assertThat(peer.connection.defences()).containsExactly("header-timeout");
            }
        }
    }

    @Test
    void section10_5_countsNoTimeForAHeadThatIsThere() {
        try (var peer = Http2Peer.of(HttpPeer.at("/", exchanges::add))) {
            String get = "82" + "86" + "4401" + "2f" + "4101" + "61"; // http://a/
            ByteBuf head =
                    Unpooled.wrappedBuffer(
                            ByteBufUtil.decodeHexDump("000008" + "01" + "05" + "00000003" + get));
            peer.raw(head.readRetainedSlice(4));
            peer.pass(Duration.ofSeconds(9));
            peer.raw(head);
            peer.pass(Duration.ofSeconds(9));
            assertThat(exchanges).hasSize(1);
            exchanges.get(0).respond(HttpResponseStatus.OK, "");
            peer.pass(Duration.ofSeconds(30)); // less than it may be idle

            assertThat(peer.channel.isOpen()).isTrue();
            assertThat(peer.connection.defences()).isEmpty();
        }
    }

    @Test
    void section10_5_endsAPeerThatSendsEmptyFramesWithoutEnd() {
        try (var peer = peer()) {
            Http2FrameStream stream = peer.open(Http2Peer.head("POST", "/x"), false);
            for (int i = 0; i < 20 && peer.channel.isOpen(); i++) {
                peer.raw(Unpooled.buffer().writeMedium(0).writeShort(0).writeInt(stream.id()));
            }

            assertThat(peer.heard()).first().asString().startsWith("away ENHANCE_YOUR_CALM");
            assertThat(peer.connection.defences()).containsExactly("empty-data-flood");
        }
    }

    @Test
    void readsNoBodyThatNobodyWants() {
        try (var peer = peer()) {
            Http2FrameStream stream = peer.open(Http2Peer.head("POST", "/x"), false);
            peer.data(stream, "early", false);
            assertThat(told).isEmpty();
            assertThat(unread(peer, stream)).isEqualTo(5);

            exchanges.get(0).body(new Taker());
            peer.exchangeBytes();
            assertThat(told).containsExactly("early");
            peer.data(stream, "end", true);
            assertThat(told).containsExactly("early", "end", "end");
        }
    }

    @Test
    void readsNothingWhileAReaderPauses() {
        try (var peer = peer()) {
            Http2FrameStream stream = peer.open(Http2Peer.head("POST", "/x"), false);
            exchanges.get(0).body(new Taker());
            Reading.pause(exchanges.get(0).connection().channel());
            peer.data(stream, "soon", false);
            peer.data(stream, "later", true);
            assertThat(told).isEmpty();

            Reading.resume(exchanges.get(0).connection().channel());
            peer.exchangeBytes();
            assertThat(told).containsExactly("soonlater", "end");
        }
    }

    @Test
    void keepsABodyForAServiceThatTakesItLater() {
        try (var peer = peer()) {
            Http2FrameStream stream =
                    peer.openWith(Http2Peer.head("POST", "/x"), "one", "two", "three");
            assertThat(told).isEmpty();
            assertThat(unread(peer, stream)).isEqualTo(11);

            exchanges.get(0).body(new Taker());
            peer.exchangeBytes();
            assertThat(told).containsExactly("onetwothree", "end");
        }
    }

    @Test
    void givesBackTheWindowOfABodyThatNobodyTook() {
        try (var peer = peer()) {
            peer.openWith(Http2Peer.head("POST", "/x"), "one", "two");
            exchanges.get(0).respond(HttpResponseStatus.OK, "no");

            assertThat(peer.heard())
                    .containsExactly(
                            "3:200 content-type=text/plain; charset=utf-8 content-length=3",
                            "3:\"no\n\".");
            assertThat(unreadOfConnection(peer)).isZero();
        }
    }

    @Test
    void endsAnAnswerThatFillsThePeersWindow() {
        try (var peer = peer()) {
            peer.window(4);
            peer.get("/x");
            ResponseStream answer =
                    exchanges.get(0).stream(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE);
            answer.write(bytes("full"));
            answer.flush();
            answer.end();
            assertThat(peer.heard()).containsExactly("3:200", "3:\"full\"", "3:\"\".");
            assertThat(answer.channel().isActive()).isFalse();
        }
    }

    @Test
    void leavesOutWhatIsWrittenBehindTheEnd() {
        try (var peer = peer()) {
            peer.open(Http2Peer.head("POST", "/x"), false);
            exchanges.get(0).body(new Taker());
            ResponseStream answer =
                    exchanges.get(0).stream(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE);
            answer.channel().writeAndFlush(bytes("hi"));
            answer.channel().write(bytes(" and"));
            answer.end();
            answer.channel().writeAndFlush(bytes("too late"));

            assertThat(peer.heard()).containsExactly("3:200", "3:\"hi\"", "3:\" and\".");
        }
    }

    @Test
    void sendsWhatWasWrittenBeforeThePeerTookMore() {
        try (var peer = peer()) {
            peer.window(0);
            peer.get("/x");
            ResponseStream answer =
                    exchanges.get(0).stream(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE);
            answer.write(bytes("one"));
            answer.write(bytes("two"));
            answer.end(new DefaultHttpHeaders().set("a", "b"));
            assertThat(peer.heard()).containsExactly("3:200");

            peer.window(100);
            assertThat(peer.heard()).containsExactly("3:\"onetwo\"", "3: a=b.");
        }
    }

    @Test
    void closesTheChannelOfAStreamThatIsTakenBack() {
        try (var peer = peer()) {
            Http2FrameStream stream = peer.get("/x");
            Channel channel = exchanges.get(0).connection().channel();
            assertThat(channel.isActive()).isTrue();
            peer.reset(stream);
            assertThat(channel.isActive()).isFalse();
            assertThat(channel.closeFuture().isDone()).isTrue();
        }
    }

    @Test
    void givesAChannelThatIsClosedToWhoeverAsksTooLate() {
        try (var peer = peer()) {
            Http2FrameStream stream = peer.get("/x");
            peer.reset(stream);
            assertThat(exchanges.get(0).connection().channel().isActive()).isFalse();
        }
    }

    @Test
    void resetsAStreamWhoseChannelIsClosed() {
        try (var peer = peer()) {
            peer.get("/x");
            exchanges.get(0).whenCut(() -> told.add("cut"));
            exchanges.get(0).connection().channel().close();

            assertThat(peer.heard()).containsExactly("3!CANCEL");
            assertThat(told).containsExactly("cut");
        }
    }

    @Test
    void stopsAWriterWhosePeerDoesNotRead() {
        try (var peer = peer()) {
            peer.window(0);
            peer.get("/x");
            ResponseStream answer =
                    exchanges.get(0).stream(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE);
            for (int i = 0; i < 3; i++) {
                answer.write(Unpooled.buffer(30_000).writeZero(30_000));
                answer.flush();
            }
            assertThat(answer.channel().isWritable()).isFalse();
            assertThat(peer.heard()).containsExactly("3:200");

            peer.window(60_000);
            assertThat(answer.channel().isWritable()).isTrue();
        }
    }

    @Test
    void givesUpOnAPeerThatDoesNotReadTheRest() {
        try (var peer = peer()) {
            peer.window(1);
            peer.get("/x");
            exchanges.get(0).respond(HttpResponseStatus.OK, "long");
            peer.pass(Duration.ofSeconds(61));

            assertThat(peer.heard()).last().isEqualTo("3!CANCEL");
            assertThat(peer.connection.defences()).containsExactly("slow-reader");
        }
    }

    @Test
    void givesUpOnABodyThatDoesNotArrive() {
        try (var peer = peer()) {
            peer.open(Http2Peer.head("POST", "/x"), false);
            exchanges.get(0).body(new Taker());
            peer.pass(Duration.ofSeconds(61));

            assertThat(peer.heard()).first().asString().startsWith("3:408 ");
            assertThat(peer.connection.defences()).containsExactly("body-timeout");
            assertThat(peer.channel.isOpen()).isTrue();
        }
    }

    @Test
    void waitsForASlowService() {
        try (var peer = peer()) {
            peer.get("/x");
            peer.pass(Duration.ofMinutes(10));
            exchanges.get(0).respond(HttpResponseStatus.OK, "late");

            assertThat(peer.heard()).last().isEqualTo("3:\"late\n\".");
        }
    }

    @Test
    void saysGoodbyeToAnIdlePeer() {
        try (var peer = peer()) {
            peer.get("/x");
            exchanges.get(0).respond(HttpResponseStatus.OK, "");
            peer.heard();
            peer.pass(Duration.ofSeconds(61));

            assertThat(peer.heard()).containsExactly("away NO_ERROR 3");
            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    @Test
    void tellsWhenARequestIsTakenBack() {
        try (var peer = peer()) {
            Http2FrameStream stream = peer.get("/x");
            exchanges.get(0).whenCut(() -> told.add("cut"));
            peer.reset(stream);
            assertThat(told).containsExactly("cut");

            exchanges.get(0).respond(HttpResponseStatus.OK, "too late");
            exchanges.get(0).whenCut(() -> told.add("at once"));
            assertThat(told).containsExactly("cut", "at once");
            assertThat(peer.heard()).isEmpty();
        }
    }

    @Test
    void closesOneStreamAndNoOther() {
        try (var peer = peer()) {
            peer.get("/x");
            peer.get("/x");
            exchanges.get(0).connection().close(CloseReason.FORCE_DISCONNECT);
            exchanges.get(1).respond(HttpResponseStatus.OK, "other");

            assertThat(peer.heard()).contains("3!CANCEL", "5:\"other\n\".");
        }
    }

    @Test
    void answersAServiceThatThrowsWith500() {
        try (var peer =
                Http2Peer.of(
                        HttpPeer.at(
                                "/x",
                                e -> {
                                    throw new IllegalStateException("broken");
                                }))) {
            peer.get("/x");
            assertThat(peer.heard()).first().asString().startsWith("3:500 ");
        }
    }

    @Test
    void answersHeadWithoutABody() {
        try (var peer = peer()) {
            peer.open(Http2Peer.head("HEAD", "/x"), true);
            exchanges.get(0).respond(HttpResponseStatus.OK, "body");

            assertThat(peer.heard())
                    .containsExactly(
                            "3:200 content-type=text/plain; charset=utf-8 content-length=5.");
        }
    }

    @Test
    void tellsThePeerToGoOn() {
        try (var peer = peer()) {
            peer.open(Http2Peer.head("POST", "/x", "expect", "100-continue"), false);
            exchanges.get(0).body(new Taker());

            assertThat(peer.heard()).containsExactly("3:100");
        }
    }

    @Test // RFC 9113 §8.1: nothing interim behind the head of the answer
    void tellsThePeerNothingBehindTheHeadOfItsAnswer() {
        try (var peer = peer()) {
            peer.open(Http2Peer.head("POST", "/x", "expect", "100-continue"), false);
            exchanges.get(0).stream(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE);
            exchanges.get(0).body(new Taker());

            assertThat(peer.heard()).containsExactly("3:200");
        }
    }

    @Test
    void releasesAGatheredBodyWhenTheAnswerComesBeforeItsEnd() {
        try (var peer = peer()) {
            Http2FrameStream stream = peer.open(Http2Peer.head("POST", "/x"), false);
            exchanges.get(0).body(1000, body -> {});
            peer.data(stream, "ab", false);
            exchanges.get(0).respond(HttpResponseStatus.OK, "early");

            assertThat(peer.heard()).last().isEqualTo("3:\"early\n\".");
        }
    }

    @Test
    void letsAPeerTakeALongAnswerSlowly() {
        try (var peer = peer()) {
            peer.window(1);
            peer.get("/x");
            exchanges.get(0).respond(HttpResponseStatus.OK, "a".repeat(60_000));
            for (int taken = 20_000; taken <= 60_000; taken += 20_000) {
                peer.pass(Duration.ofSeconds(50));
                peer.window(taken);
            }
            peer.pass(Duration.ofSeconds(50));
            peer.window(60_001); // the line's end

            assertThat(peer.heard()).last().isEqualTo("3:\"\n\".");
        }
    }

    @Test
    void resetsAStreamWhoseAnswerIsTakenNoMoreAndNoOther() {
        try (var peer = peer()) {
            peer.window(20_000);
            peer.get("/x");
            exchanges.get(0).respond(HttpResponseStatus.OK, "a".repeat(60_000));
            peer.get("/x");
            peer.pass(Duration.ofSeconds(62));
            assertThat(peer.heard()).last().isEqualTo("3!CANCEL");
            assertThat(peer.connection.defences()).containsExactly("slow-reader");

            exchanges.get(1).respond(HttpResponseStatus.OK, "other");
            assertThat(peer.heard()).last().isEqualTo("5:\"other\n\".");
        }
    }

    // An upgrade from HTTP/1.1

    @Test
    void rfc7540Section3_2_answersOnStreamOneAfterAnUpgrade() {
        try (var peer = HttpPeer.of(e -> e.respond(HttpResponseStatus.OK, e.path()))) {
            String answer =
                    peer.send(
                            "GET /x HTTP/1.1\r\nHost: a\r\n"
                                    + UPGRADE
                                    + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");

            assertThat(answer)
                    .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                    .contains("upgrade: h2c\r\n", "connection: upgrade\r\n")
                    .contains("\u0000\u0000\u0003\u0000\u0001\u0000\u0000\u0000\u0001/x\n");
        }
    }

    @Test
    void rfc7540Section3_2_staysWithHttp1WhereTheUpgradeIsNotWhole() {
        for (String fields :
                List.of(
                        UPGRADE,
                        UPGRADE + "HTTP2-Settings: AAMAAABk\r\nHTTP2-Settings: AAMAAABk\r\n",
                        UPGRADE + "HTTP2-Settings: %%%\r\n",
                        UPGRADE + "HTTP2-Settings: AAMA\r\n",
                        "Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n")) {
            try (var peer = HttpPeer.of(e -> e.respond(HttpResponseStatus.OK, "old"))) {
                assertThat(peer.send("GET /x HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n"))
                        .as(fields)
                        .startsWith("HTTP/1.1 200 ");
            }
        }
    }

    // A tunnel of one stream

    @Test
    void rfc8441_opensATunnelOnOneStream() {
        try (var peer =
                Http2Peer.of(
                        HttpPeer.upgrade(
                                "/ws",
                                e ->
                                        e.upgrade(
                                                "websocket",
                                                new DefaultHttpHeaders().set("a", "b"),
                                                pipeline ->
                                                        pipeline.addLast(
                                                                new Shout(e.connection())))))) {
            assertThat(peer.settings.connectProtocolEnabled()).isTrue();
            Http2FrameStream stream =
                    peer.open(Http2Peer.head("CONNECT", "/ws", ":protocol", "websocket"), false);
            assertThat(peer.heard()).containsExactly("3:200 a=b");

            peer.data(stream, "hello", false);
            assertThat(peer.heard()).containsExactly("3:\"HELLO\"");
            peer.data(stream, "end", true);
            assertThat(peer.heard()).containsExactly("3:\"ENDbye\".");
        }
    }

    @Test
    void rfc8441_opensNoTunnelWhereNobodySpeaksTheProtocol() {
        try (var peer =
                Http2Peer.of(
                        HttpPeer.at("/x", exchanges::add),
                        HttpPeer.upgrade("/ws", exchanges::add))) {
            peer.open(Http2Peer.head("CONNECT", "/x", ":protocol", "websocket"), false);
            assertThat(peer.heard()).first().asString().startsWith("3:405 ");
            peer.open(Http2Peer.head("CONNECT", "/ws", ":protocol", "chess"), false);
            assertThat(peer.heard()).first().asString().startsWith("5:426");
            peer.open(Http2Peer.head("CONNECT", "/y", ":protocol", "websocket"), false);
            assertThat(peer.heard()).first().asString().startsWith("7:404 ");
            assertThat(exchanges).isEmpty();
        }
    }

    private static Http2Headers without(String field) {
        Http2Headers head = Http2Peer.head("GET", "/x");
        head.remove(field);
        return head;
    }

    /** HEADERS with END_HEADERS, of GET / on http from the static table (RFC 7541 §A). */
    private static ByteBuf head(int stream) {
        return Unpooled.buffer()
                .writeMedium(3)
                .writeByte(1)
                .writeByte(4)
                .writeInt(stream)
                .writeMedium(0x828684);
    }

    private static final class Shout extends ChannelInboundHandlerAdapter {

        private final Connection connection;

        Shout(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            var bytes = (ByteBuf) message;
            String text = bytes.toString(UTF_8);
            bytes.release();
            ctx.writeAndFlush(bytes(text.toUpperCase(Locale.ROOT)));
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                ctx.writeAndFlush(bytes("bye"));
                connection.endOutput();
            }
        }
    }

    private record Limits(int streams, int resets, int frames) {}

    private static HttpProtocol.Settings limited(Limits limits) {
        Http2Limits normal = Http2Limits.DEFAULT;
        return new HttpProtocol.Settings(
                8192,
                4096,
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                new OriginPolicy(List.of()),
                new Http2Limits(
                        new Http2Options(
                                limits.streams(),
                                8192,
                                262_144,
                                Duration.ofSeconds(60),
                                Duration.ZERO),
                        limits.resets(),
                        limits.frames(),
                        normal.head(),
                        normal.stalled()));
    }

    /** What the server holds for whoever will read it. */
    private static int unreadOfConnection(Http2Peer peer) {
        var codec = peer.channel.pipeline().get(Http2Codec.class).connection();
        return codec.local().flowController().unconsumedBytes(codec.connectionStream());
    }

    private static int unread(Http2Peer peer, Http2FrameStream stream) {
        Http2Connection connection =
                peer.channel.pipeline().get(Http2FrameCodec.class).connection();
        return connection.local().flowController().unconsumedBytes(connection.stream(stream.id()));
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, UTF_8);
    }

    /** Writes down the body. */
    private final class Taker implements BodyReader {

        @Override
        public void piece(ByteBuf piece) {
            told.add(piece.toString(UTF_8));
        }

        @Override
        public void end() {
            told.add("end");
        }

        @Override
        public void end(HttpHeaders trailers) {
            told.add("end sum=" + trailers.get("sum"));
        }
    }
}
