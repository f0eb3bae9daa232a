// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static dev.orion.protocol.http.HttpPeer.at;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.orion.http.BodyReader;
import dev.orion.http.HttpExchange;
import dev.orion.http.HttpService;
import dev.orion.http.ResponseStream;
import dev.orion.net.CloseReason;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // the lines of HTTP end in CR LF
class Http1ConnectionTest {

    private static final String GET = "GET /x HTTP/1.1\r\nHost: localhost:8080\r\n\r\n";
    private static final HttpService HELLO =
            exchange -> exchange.respond(HttpResponseStatus.OK, "hello");
    private static final HttpService LENGTH =
            exchange ->
                    exchange.body(
                            100,
                            body ->
                                    exchange.respond(
                                            HttpResponseStatus.OK,
                                            body.toString(UTF_8) + " " + body.readableBytes()));

    private final List<HttpExchange> exchanges = new ArrayList<>();

    @Test
    void answersAndKeepsTheConnection() {
        try (var peer = HttpPeer.of(HELLO)) {
            String answer =
                    "HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\n"
                            + "content-length: 6\r\n\r\nhello\n";

            assertThat(peer.send(GET)).isEqualTo(answer);
            assertThat(peer.trickle(GET)).isEqualTo(answer);
            assertThat(peer.channel.isOpen()).isTrue();
        }
    }

    @Test
    void carriesADate() {
        var channelText = new StringBuilder();
        try (var peer = HttpPeer.of(HELLO)) {
            peer.channel.writeInbound(Unpooled.copiedBuffer(GET, UTF_8));
            ByteBuf answer = peer.channel.readOutbound();
            channelText.append(answer.toString(UTF_8));
            answer.release();
        }

        assertThat(channelText)
                .containsPattern(
                        "date: [A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d"
                                + " GMT\r\n");
    }

    @Test
    void answersHeadWithTheLengthAndNoBody() {
        try (var peer = HttpPeer.of(HELLO)) {
            String answer = peer.send(GET.replace("GET", "HEAD"));

            assertThat(answer).contains("content-length: 6\r\n").endsWith("\r\n\r\n");
        }
    }

    @Test
    void answersPipelinedRequestsInOrderAndOneAtATime() {
        try (var peer = HttpPeer.of(exchanges::add)) {
            peer.send(GET + GET.replace("/x", "/x?2") + GET.replace("/x", "/x?3"));
            assertThat(exchanges).hasSize(1);

            exchanges.get(0).respond(HttpResponseStatus.OK, "one");
            assertThat(peer.received()).endsWith("one\n");
            assertThat(exchanges).hasSize(2);

            exchanges.get(1).respond(HttpResponseStatus.OK, "two");
            exchanges.get(2).respond(HttpResponseStatus.OK, "three");
            assertThat(peer.received()).contains("two\n").endsWith("three\n");
            assertThat(exchanges.get(2).query()).containsKey("3");
        }
    }

    @Test
    void composesAnswersToPipelinedRequestsInOnePiece() {
        try (var peer = HttpPeer.of(HELLO)) {
            peer.channel.writeInbound(Unpooled.copiedBuffer(GET.repeat(20).getBytes(UTF_8)));

            assertThat(peer.channel.outboundMessages()).hasSizeLessThan(4);
            assertThat(peer.received().split("hello", -1)).hasSize(21);
        }
    }

    @Test
    void keepsTheOrderOfAnswersOfEveryKind() {
        String large = "l".repeat(5000);
        HttpService service =
                exchange -> {
                    String kind = exchange.query().keySet().iterator().next();
                    switch (kind) {
                        case "small" -> exchange.respond(HttpResponseStatus.OK, kind);
                        case "large" -> exchange.respond(HttpResponseStatus.OK, large);
                        default -> {
                            ResponseStream stream =
                                    exchange.stream(
                                            HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE);
                            stream.write(bytes("piece"));
                            stream.end();
                        }
                    }
                };
        try (var peer = HttpPeer.of(service)) {
            var requests = new StringBuilder();
            for (String kind : "small stream small large small small stream".split(" ")) {
                requests.append(GET.replace("/x", "/x?" + kind));
            }

            String answers = peer.send(requests.toString());

            assertThat(answers.replaceAll("(?s)HTTP/1.1 200 OK\r\n.*?\r\n\r\n", "|"))
                    .isEqualTo(
                            "|small\n|5\r\npiece\r\n0\r\n\r\n|small\n|"
                                    + large
                                    + "\n|small\n|small\n|5\r\npiece\r\n0\r\n\r\n");
        }
    }

    @Test
    void sendsNothingOfAHeadWhoseFieldsFail() {
        ByteBuf body = bytes("body");
        HttpService failing =
                exchange -> {
                    HttpHeaders headers =
                            DefaultHttpHeadersFactory.headersFactory()
                                    .withValidation(false)
                                    .newHeaders()
                                    .set("a", "b");
                    headers.add("c", new Unreadable());
                    exchange.respond(HttpResponseStatus.OK, headers, body);
                };
        try (var peer = HttpPeer.of(at("/x", HELLO), at("/y", failing))) {
            String answers = peer.send(GET + GET.replace("/x", "/y"));

            assertThat(answers.split("HTTP/1.1 ", -1)).hasSize(3);
            assertThat(answers).startsWith("HTTP/1.1 200 ").contains("hello\nHTTP/1.1 500 ");
            assertThat(answers).doesNotContain("a: b");
            assertThat(body.refCnt()).isZero();
        }
    }

    @Test
    void answersThousandsOfPipelinedRequestsWithoutRecursion() {
        try (var peer = HttpPeer.of(HELLO)) {
            String answers = peer.send(GET.repeat(5000));

            assertThat(answers.split("hello", -1)).hasSize(5001);
        }
    }

    @Test
    void stopsReadingAheadBeyondALimit() {
        try (var peer = HttpPeer.of(exchanges::add)) {
            peer.send(GET);
            assertThat(peer.channel.config().isAutoRead()).isTrue();

            peer.send(GET.repeat(400));
            assertThat(peer.channel.config().isAutoRead()).isFalse();
            assertThat(exchanges).hasSize(1);

            for (int i = 0; i < 401; i++) {
                exchanges.get(i).respond(HttpResponseStatus.OK, "");
            }
            assertThat(peer.channel.config().isAutoRead()).isTrue();
        }
    }

    @Test
    void holdsUntilEveryReasonNotToReadIsGone() {
        try (var peer = HttpPeer.of(exchanges::add)) {
            peer.send(GET + GET.repeat(400));
            Reading.pause(peer.channel);
            for (int i = 0; i < 401; i++) {
                exchanges.get(i).respond(HttpResponseStatus.OK, "");
            }
            assertThat(peer.channel.config().isAutoRead()).isFalse();

            Reading.resume(peer.channel);
            assertThat(peer.channel.config().isAutoRead()).isTrue();
        }
    }

    @Test
    void handsAConnectionOverWithoutReasonsOfItsOwn() {
        try (var peer = HttpPeer.of(HttpPeer.upgrade("/x", exchanges::add))) {
            peer.send(
                    "GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
                            + "Connection: Upgrade\r\n\r\n"
                            + "x".repeat(40_000));
            assertThat(peer.channel.config().isAutoRead()).isFalse();
            Reading.pause(peer.channel);

            exchanges.get(0).upgrade("websocket", new DefaultHttpHeaders(), next -> {});
            assertThat(peer.channel.config().isAutoRead()).isFalse();

            Reading.resume(peer.channel);
            assertThat(peer.channel.config().isAutoRead()).isTrue();
            peer.channel.releaseInbound();
        }
    }

    @Test
    void gathersABodyOfKnownLength() {
        try (var peer = HttpPeer.of(LENGTH)) {
            String request = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde" + GET;

            assertThat(peer.send(request)).contains("abcde 5\n").endsWith(" 0\n");
            assertThat(peer.trickle(request)).contains("abcde 5\n").endsWith(" 0\n");
        }
    }

    @Test
    void gathersAChunkedBody() {
        try (var peer = HttpPeer.of(LENGTH)) {
            String request =
                    "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer-Field: 1\r\n\r\n";

            assertThat(peer.send(request)).endsWith("abcde 5\n");
            assertThat(peer.trickle(request)).endsWith("abcde 5\n");
        }
    }

    @Test
    void refusesABodyThatIsTooLongByItsLength() {
        try (var peer = HttpPeer.of(LENGTH)) {
            String answer = peer.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n");

            assertThat(answer).startsWith("HTTP/1.1 413 ").contains("connection: close\r\n");
            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    @Test
    void refusesAChunkedBodyOnceItIsTooLong() {
        try (var peer = HttpPeer.of(LENGTH)) {
            String answer =
                    peer.send(
                            "POST /x HTTP/1.1\r\n"
                                    + "Host: a\r\n"
                                    + "Transfer-Encoding: chunked\r\n\r\n"
                                    + "65\r\n"
                                    + "a".repeat(101));

            assertThat(answer).startsWith("HTTP/1.1 413 ").contains("connection: close\r\n");
            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    @Test
    void refusesABadChunk() {
        try (var peer = HttpPeer.of(LENGTH)) {
            String answer =
                    peer.send(
                            "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    + "2\r\nabX");
            assertThat(answer).isEmpty();

            assertThat(peer.send("Y")).startsWith("HTTP/1.1 400 ");
            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    @Test
    void refusesFoldedTrailers() {
        String request =
                "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "2\r\nab\r\n00;x\r\nSum: 1\r\n 2\r\n\r\n";
        for (Function<HttpPeer, String> sent :
                List.<Function<HttpPeer, String>>of(
                        p -> p.send(request), p -> p.trickle(request))) {
            try (var peer = HttpPeer.of(LENGTH)) {
                assertThat(sent.apply(peer)).startsWith("HTTP/1.1 400 ");
                assertThat(peer.channel.isOpen()).isFalse();
            }
        }
    }

    @Test
    void takesTheRequestBehindTrailersForWhatItIs() {
        try (var peer = HttpPeer.of(LENGTH)) {
            String request =
                    "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "0a\r\n0\r\n 2\r\n 45\r\n0\r\nSum: 1\r\n\r\n"; // a body of folded
            // lines

            assertThat(peer.send(request + request).split(" 10\n", -1)).hasSize(3);
            assertThat(peer.trickle(request)).endsWith(" 10\n");
        }
    }

    @Test // RFC 9112 §5.2: what is folded is a line of the head, and no line of a body
    void takesABodyOfFoldedLinesHoweverItIsCut() {
        String text = " {\r\n \"id\": 1\r\n}\r\n";
        String byLength = "Content-Length: " + text.length() + "\r\n\r\n" + text;
        String inChunks =
                "Transfer-Encoding: chunked\r\n\r\n"
                        + Integer.toHexString(text.length())
                        + "\r\n"
                        + text
                        + "\r\n0\r\n\r\n";
        for (String rest : List.of(byLength, inChunks)) {
            String request = "POST /x HTTP/1.1\r\nHost: a\r\n" + rest;
            for (int cut = 1; cut < request.length(); cut++) {
                try (var peer = HttpPeer.of(LENGTH)) {
                    String answer = peer.send(request.substring(0, cut));
                    answer += peer.send(request.substring(cut));

                    assertThat(answer).as("cut at %d", cut).startsWith("HTTP/1.1 200 ");
                }
            }
        }
    }

    @Test // RFC 9112 §2.2
    void refusesABlankBehindARequestAndAnswersTheRequest() {
        for (int cut = 1; cut < GET.length(); cut++) {
            try (var peer = HttpPeer.of(HELLO)) {
                String answers = peer.send(GET.substring(0, cut));
                answers += peer.send(GET.substring(cut) + " " + GET);

                assertThat(answers).as("cut at %d", cut).contains("hello\nHTTP/1.1 400 ");
            }
        }
    }

    @Test
    void skipsABodyThatNobodyWants() {
        try (var peer = HttpPeer.of(HELLO)) {
            String answers =
                    peer.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + GET);

            assertThat(answers.split("hello", -1)).hasSize(3);
            assertThat(peer.channel.isOpen()).isTrue();
        }
    }

    @Test
    void closesInsteadOfSkippingAHugeBody() {
        try (var peer = HttpPeer.of(HELLO)) {
            peer.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n");
            peer.send("a".repeat(70_000));

            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    @Test
    void tellsAWaitingPeerToSendItsBody() {
        try (var peer = HttpPeer.of(LENGTH)) {
            String head =
                    "POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                            + "Content-Length: 2\r\n\r\n";

            assertThat(peer.send(head)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(peer.send("ab")).endsWith("ab 2\n");
            assertThat(peer.channel.isOpen()).isTrue();
        }
    }

    @Test
    void givesUpOnABodyOfWhichNothingComes() {
        try (var peer = HttpPeer.of(exchanges::add)) {
            peer.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n");
            exchanges.get(0).body(10, body -> {});
            peer.pass(Duration.ofMinutes(2));

            assertThat(peer.received()).startsWith("HTTP/1.1 408 ");
            assertThat(peer.connection.defences()).containsExactly("body-timeout");
        }
    }

    @Test
    void givesUpOnABodyThatNobodyWantsAndOfWhichNothingComes() {
        try (var peer = HttpPeer.of(HELLO)) {
            peer.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n");
            peer.pass(Duration.ofMinutes(2));

            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    @Test
    void waitsForAServiceThatHasPausedItsBody() {
        try (var peer = HttpPeer.of(exchanges::add)) {
            peer.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na");
            exchanges.get(0).body(10, body -> {});
            Reading.pause(peer.channel);
            peer.pass(Duration.ofMinutes(10));
            assertThat(peer.received()).isEmpty();

            Reading.resume(peer.channel);
            peer.pass(Duration.ofMinutes(2));
            assertThat(peer.received()).startsWith("HTTP/1.1 408 ");
        }
    }

    @Test
    void tellsNobodyToGoOnInTheMiddleOfTheAnswer() {
        try (var peer = HttpPeer.of(exchanges::add)) {
            peer.send(
                    "POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                            + "Content-Length: 2\r\n\r\n");
            ResponseStream stream = stream();
            exchanges.get(0).body(10, body -> {});
            stream.end();

            assertThat(peer.received()).startsWith("HTTP/1.1 200 ").doesNotContain("100 Continue");
        }
    }

    @Test
    void closesWhenAWaitingPeerIsAnsweredWithoutItsBody() {
        try (var peer = HttpPeer.of(HELLO)) {
            String answer =
                    peer.send(
                            "POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                                    + "Content-Length: 2\r\n\r\n");

            assertThat(answer).startsWith("HTTP/1.1 200 ").contains("connection: close\r\n");
            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    @Test // RFC 9110 §15.2: nothing interim behind the head of the answer
    void tellsAPeerNothingBehindTheHeadOfItsAnswer() {
        HttpService answersFirst =
                exchange -> {
                    ResponseStream answer =
                            exchange.stream(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE);
                    exchange.body(100, body -> answer.end());
                };
        try (var peer = HttpPeer.of(answersFirst)) {
            String answer =
                    peer.send(
                            "POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                                    + "Content-Length: 2\r\n\r\n");

            assertThat(answer).startsWith("HTTP/1.1 200 ").doesNotContain("100 Continue");
            assertThat(peer.send("ab")).isEqualTo("0\r\n\r\n");
        }
    }

    @Test // RFC 9110 §7.8: 100 comes before 101
    void tellsAPeerThatAsksForAnUpgradeToSendItsBody() {
        HttpService upgrade =
                exchange -> exchange.upgrade("websocket", new DefaultHttpHeaders(), pipeline -> {});
        try (var peer = HttpPeer.of(HttpPeer.upgrade("/x", upgrade))) {
            String answer =
                    peer.send(
                            "GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
                                    + "Connection: Upgrade\r\nExpect: 100-continue\r\n"
                                    + "Content-Length: 2\r\n\r\n");

            assertThat(answer).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(peer.send("ab")).startsWith("HTTP/1.1 101 ");
        }
    }

    @Test
    void streamsInChunks() {
        try (var peer = HttpPeer.of(exchanges::add)) {
            peer.send(GET);
            ResponseStream stream = stream();
            assertThat(peer.received())
                    .isEqualTo("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");

            stream.write(bytes("a".repeat(26)));
            stream.write(Unpooled.EMPTY_BUFFER);
            stream.flush();
            assertThat(peer.received()).isEqualTo("1a\r\n" + "a".repeat(26) + "\r\n");

            stream.write(bytes("b".repeat(4096)));
            stream.flush();
            assertThat(peer.received()).isEqualTo("1000\r\n" + "b".repeat(4096) + "\r\n");

            stream.end();
            assertThat(peer.received()).isEqualTo("0\r\n\r\n");
            peer.send(GET);
            assertThat(exchanges).hasSize(2);
        }
    }

    @Test
    void sendsTheHeadOfAStreamWithWhatTheServiceWritesInThatTurn() {
        var peers = new ArrayList<HttpPeer>();
        HttpService prepares =
                exchange -> {
                    exchange.stream(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE);
                    assertThat(peers.get(0).received()).isEmpty(); // it may still subscribe
                };
        try (var peer = HttpPeer.of(prepares)) {
            peers.add(peer);
            assertThat(peer.send(GET))
                    .isEqualTo("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        }
    }

    @Test
    void framesBytesThatOthersWriteAsItsOwnStreamDoes() {
        try (var peer = HttpPeer.of(exchanges::add)) {
            peer.send(GET);
            ResponseStream stream = stream();
            peer.received();

            ByteBuf payload = bytes("0123456789abcdefg");
            ByteBuf framed = Unpooled.buffer();
            stream.framing().frame(payload, framed);
            payload.release();
            stream.channel().writeAndFlush(framed);

            assertThat(peer.received()).isEqualTo("11\r\n0123456789abcdefg\r\n");
        }
    }

    @Test
    void streamsToAnOldPeerUntilTheConnectionEnds() {
        try (var peer = HttpPeer.of(exchanges::add)) {
            peer.send("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            ResponseStream stream = stream();
            stream.write(bytes("abc"));
            stream.end();

            assertThat(peer.received())
                    .isEqualTo("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabc");
            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    @Test
    void keepsTheConnectionOfAnOldPeerThatAsksForIt() {
        try (var peer = HttpPeer.of(HELLO)) {
            String kept = peer.send("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(kept).contains("connection: keep-alive\r\n");
            assertThat(peer.channel.isOpen()).isTrue();

            peer.send("GET /x HTTP/1.0\r\n\r\n");
            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    @Test
    void streamsNothingToHead() {
        var closed = new ArrayList<String>();
        try (var peer = HttpPeer.of(exchanges::add)) {
            peer.send(GET.replace("GET", "HEAD"));
            ResponseStream stream = stream();
            stream.whenClosed(() -> closed.add("closed"));
            stream.write(bytes("abc"));
            stream.end();

            assertThat(peer.received())
                    .isEqualTo("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
            assertThat(closed).hasSize(1);
        }
    }

    @Test
    void tellsAStreamThatThePeerIsGone() {
        var closed = new ArrayList<String>();
        try (var peer = HttpPeer.of(exchanges::add)) {
            peer.send(GET);
            stream().whenClosed(() -> closed.add("closed"));
            peer.channel.close();

            assertThat(closed).hasSize(1);
        }
    }

    @Test
    void letsAStreamSayALastWordBeforeItGoesAway() {
        try (var peer = HttpPeer.of(exchanges::add)) {
            peer.send(GET);
            ResponseStream stream = stream();
            stream.whenClosed(() -> stream.write(bytes("bye")));
            peer.received();
            peer.channel.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));

            assertThat(peer.received()).isEqualTo("3\r\nbye\r\n0\r\n\r\n");
            assertThat(peer.connection.closeReason()).contains(CloseReason.SHUTDOWN);
        }
    }

    @Test
    void finishesTheAnswerBeforeItGoesAway() {
        try (var peer = HttpPeer.of(exchanges::add)) {
            peer.send(GET + GET);
            peer.channel.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));
            assertThat(peer.channel.isOpen()).isTrue();

            exchanges.get(0).respond(HttpResponseStatus.OK, "last");
            assertThat(peer.received()).contains("connection: close\r\n").endsWith("last\n");
            assertThat(peer.channel.isOpen()).isFalse();
            assertThat(exchanges).hasSize(1);
        }
    }

    @Test
    void goesAwayAtOnceWhenNothingIsInProgress() {
        try (var peer = HttpPeer.of(HELLO)) {
            peer.channel.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));

            assertThat(peer.connection.closeReason()).contains(CloseReason.SHUTDOWN);
        }
    }

    @Test
    void answersAFailingServiceWith500() {
        HttpService broken =
                exchange -> {
                    throw new IllegalStateException("broken");
                };
        try (var peer = HttpPeer.of(broken)) {
            assertThat(peer.send(GET)).startsWith("HTTP/1.1 500 ");
        }
    }

    @Test
    void ignoresAnAnswerAfterThePeerIsGone() {
        try (var peer = HttpPeer.of(exchanges::add)) {
            peer.send(GET);
            peer.channel.close();

            exchanges.get(0).respond(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE, bytes("a"));
            exchanges.get(0).body(10, body -> {});
            assertThat(peer.received()).isEmpty();
        }
    }

    @Test
    void releasesAGatheredBodyWhenThePeerIsGone() {
        try (var peer = HttpPeer.of(LENGTH)) {
            peer.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
            peer.channel.close();

            assertThat(peer.received()).isEmpty();
        }
    }

    @Test
    void releasesAGatheredBodyWhenTheAnswerComesBeforeItsEnd() {
        HttpService impatient =
                exchange -> {
                    exchange.body(1000, body -> {});
                    exchanges.add(exchange);
                };
        var memory = new UnpooledByteBufAllocator(true);
        try (var peer = HttpPeer.of(at("/x", impatient), at("/y", HELLO))) {
            peer.channel.config().setAllocator(memory);
            peer.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
            exchanges.get(0).respond(HttpResponseStatus.OK, "early");

            assertThat(peer.received()).endsWith("early\n");
            assertThat(memory.metric().usedDirectMemory()).isZero();
            assertThat(peer.send("cde" + GET.replace("/x", "/y"))).endsWith("hello\n");
        }
    }

    @Test
    void releasesWhatASecondAnswerHas() {
        ByteBuf second = bytes("second");
        try (var peer = HttpPeer.of(exchanges::add)) {
            peer.send(GET);
            stream();

            assertThatIllegalStateException()
                    .isThrownBy(
                            () ->
                                    exchanges
                                            .get(0)
                                            .respond(
                                                    HttpResponseStatus.OK,
                                                    EmptyHttpHeaders.INSTANCE,
                                                    second));
            assertThat(second.refCnt()).isZero();
        }
    }

    @Test
    void upgradesAndHandsOnWhatFollowed() {
        var pipeline = new ArrayList<String>();
        HttpService upgrade =
                exchange ->
                        exchange.upgrade(
                                "websocket",
                                new DefaultHttpHeaders().set("Upgrade", "websocket"),
                                next -> next.addLast("next", new ChannelInboundHandlerAdapter()));
        try (var peer = HttpPeer.of(HttpPeer.upgrade("/x", upgrade), at("/x", HELLO))) {
            String answer =
                    peer.send(
                            "GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
                                    + "Connection: keep-alive, Upgrade\r\n\r\n\u0081\u0002");
            pipeline.addAll(peer.channel.pipeline().names());

            assertThat(answer)
                    .isEqualTo(
                            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                    + "connection: upgrade\r\n\r\n");
            assertThat(peer.handedOn())
                    .singleElement()
                    .isEqualTo(Unpooled.copiedBuffer(new byte[] {(byte) 0x81, 2}));
            assertThat(pipeline).doesNotContain(Http1Connection.NAME, RequestDecoder.NAME);
            assertThat(peer.connection.protocol()).isEqualTo("websocket");
            assertThat(peer.send(GET)).isEmpty();
        }
    }

    @Test
    void upgradesLater() {
        var upgrades = new ArrayList<HttpExchange>();
        var read = new ArrayList<Object>();
        var taker =
                new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object message) {
                        read.add(((ByteBuf) message).toString(UTF_8));
                        ((ByteBuf) message).release();
                    }
                };
        try (var peer = HttpPeer.of(HttpPeer.upgrade("/x", upgrades::add))) {
            peer.send(
                    "GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
                            + "Connection: Upgrade\r\n\r\nearly");
            upgrades.get(0)
                    .upgrade("websocket", new DefaultHttpHeaders(), next -> next.addLast(taker));

            assertThat(read).containsExactly("early");
        }
    }

    @Test
    void pausesABodyWhileThePeerDoesNotReadTheAnswer() {
        var pieces = new ArrayList<Integer>();
        HttpService flood =
                exchange -> {
                    ResponseStream stream =
                            exchange.stream(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE);
                    exchange.body(
                            new BodyReader() {
                                @Override
                                public void piece(ByteBuf piece) {
                                    pieces.add(piece.readableBytes());
                                    stream.write(Unpooled.wrappedBuffer(new byte[100_000]));
                                }

                                @Override
                                public void end() {
                                    stream.end();
                                }
                            });
                };
        try (var peer = HttpPeer.of(flood)) {
            peer.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 240000\r\n\r\n");
            // One read without its end: nothing is flushed yet.
            peer.channel.pipeline().fireChannelRead(Unpooled.wrappedBuffer(new byte[240_000]));

            assertThat(pieces).hasSize(1);
            assertThat(peer.channel.config().isAutoRead()).isFalse();

            peer.channel.pipeline().fireChannelReadComplete();
            assertThat(peer.received()).endsWith("0\r\n\r\n");
            assertThat(pieces).hasSize(4);
            assertThat(peer.channel.config().isAutoRead()).isTrue();
        }
    }

    @Test
    void givesUpOnAHeadThatDoesNotArrive() {
        try (var peer = HttpPeer.of(HELLO)) {
            peer.send("GET /x HT");
            for (int second = 0; second < 8; second++) {
                peer.pass(Duration.ofSeconds(1));
                peer.send("T");
            }
            assertThat(peer.channel.isOpen()).isTrue();

            peer.pass(Duration.ofSeconds(3));
            assertThat(peer.received()).startsWith("HTTP/1.1 408 ");
            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    @Test
    void closesAnIdleConnectionWithoutAWord() {
        try (var peer = HttpPeer.of(HELLO)) {
            peer.send(GET);
            peer.pass(Duration.ofSeconds(59));
            assertThat(peer.channel.isOpen()).isTrue();

            peer.pass(Duration.ofSeconds(2));
            assertThat(peer.received()).isEmpty();
            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    @Test // RFC 9112 §2.2: an empty line is no request
    void closesAConnectionWithoutAWordThatIsIdleAfterAnEmptyLine() {
        for (String idle : List.of("\r\n", "\r")) {
            try (var peer = HttpPeer.of(HELLO)) {
                assertThat(peer.send(GET + idle)).endsWith("hello\n");
                peer.pass(Duration.ofSeconds(59));
                assertThat(peer.channel.isOpen()).isTrue();

                peer.pass(Duration.ofSeconds(2));
                assertThat(peer.received()).isEmpty();
                assertThat(peer.channel.isOpen()).isFalse();
            }
        }
    }

    @Test // RFC 9112 §2.2
    void skipsEmptyLinesBeforeARequest() {
        try (var peer = HttpPeer.of(HELLO)) {
            String requests = "\r\n" + GET + "\r\n\r\n" + GET;

            assertThat(peer.send(requests).split("hello", -1)).hasSize(3);
            assertThat(peer.trickle(requests).split("hello", -1)).hasSize(3);
        }
    }

    @Test
    void givesUpOnABodyThatDoesNotArrive() {
        try (var peer = HttpPeer.of(LENGTH)) {
            peer.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
            peer.pass(Duration.ofSeconds(61));

            assertThat(peer.received()).startsWith("HTTP/1.1 408 ");
            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    @Test
    void givesUpOnABodyThatDoesNotBegin() {
        for (String more : List.of("", "Expect: 100-continue\r\n")) {
            try (var peer = HttpPeer.of(LENGTH)) {
                peer.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n" + more + "\r\n");
                peer.pass(Duration.ofSeconds(59));
                assertThat(peer.channel.isOpen()).isTrue();

                peer.pass(Duration.ofSeconds(2));
                assertThat(peer.received()).startsWith("HTTP/1.1 408 ");
                assertThat(peer.channel.isOpen()).isFalse();
            }
        }
    }

    @Test
    void givesUpOnABodyThatDoesNotBeginWhenItIsAskedFor() {
        try (var peer = HttpPeer.of(exchanges::add)) {
            peer.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
            peer.pass(Duration.ofMinutes(10));
            exchanges.get(0).body(100, body -> {});
            peer.pass(Duration.ofSeconds(61));

            assertThat(peer.received()).startsWith("HTTP/1.1 408 ");
            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    @Test
    void givesUpOnABodyThatNobodyWantsAndThatDoesNotBegin() {
        try (var peer = HttpPeer.of(HELLO)) {
            peer.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
            peer.pass(Duration.ofSeconds(61));

            assertThat(peer.received()).isEmpty(); // it has been answered already
            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    @Test
    void waitsForASlowService() {
        try (var peer = HttpPeer.of(exchanges::add)) {
            peer.send(GET);
            peer.pass(Duration.ofMinutes(10));
            exchanges.get(0).respond(HttpResponseStatus.OK, "late");

            assertThat(peer.received()).endsWith("late\n");
            assertThat(peer.channel.isOpen()).isTrue();
        }
    }

    private ResponseStream stream() {
        return exchanges.get(0).stream(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE);
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, UTF_8);
    }

    /** A field's value that nobody can write. */
    private static final class Unreadable implements CharSequence {

        @Override
        public int length() {
            return 1;
        }

        @Override
        public char charAt(int index) {
            throw new IllegalStateException("unreadable");
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return this;
        }

        @Override
        public String toString() {
            throw new IllegalStateException("unreadable");
        }
    }
}
