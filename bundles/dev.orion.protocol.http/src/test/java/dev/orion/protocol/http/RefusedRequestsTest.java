// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Heads that are answered with a refusal and a close, whole and byte by byte. */
@SuppressWarnings("StringConcatToTextBlock") // the lines of HTTP end in CR LF
class RefusedRequestsTest {

    private static final String HOST = "Host: a\r\n";

    static Stream<Arguments> heads() {
        return Stream.of(
                // RFC 9112 §2.2: what is before it
                head(400, "\rGET /x HTTP/1.1\r\n" + HOST),
                head(400, "\nGET /x HTTP/1.1\r\n" + HOST),
                head(400, "\r\r\nGET /x HTTP/1.1\r\n" + HOST),
                head(400, "\r\n\nGET /x HTTP/1.1\r\n" + HOST),
                // RFC 9112 §3: request line
                head(400, "GET /x\r\n" + HOST),
                head(400, "GET\r\n" + HOST),
                head(400, " GET /x HTTP/1.1\r\n" + HOST),
                head(400, "GET  /x HTTP/1.1\r\n" + HOST),
                head(400, "GET /x  HTTP/1.1\r\n" + HOST),
                head(400, "GET\t/x HTTP/1.1\r\n" + HOST),
                head(400, "GET /x HTTP/1.1 \r\n" + HOST),
                head(400, "GET\r/x HTTP/1.1\r\n" + HOST),
                head(400, "GET /x http/1.1\r\n" + HOST),
                head(400, "GET /x HTTQ/1.1\r\n" + HOST),
                head(400, "this is no HTTP\r\n"),
                head(400, "GET /x HTTP\r\n" + HOST),
                head(400, "GET /x \r\n" + HOST),
                head(400, "GET /x HTTP/1.1\n" + HOST),
                head(400, "GET x HTTP/1.1\r\n" + HOST),
                head(400, "GET /x#part HTTP/1.1\r\n" + HOST),
                head(400, "GET /x\u00e9 HTTP/1.1\r\n" + HOST),
                head(400, "GET /%zz HTTP/1.1\r\n" + HOST),
                head(400, "GET /x%00 HTTP/1.1\r\n" + HOST),
                head(400, "GET * HTTP/1.1\r\n" + HOST),
                head(400, "G(T /x HTTP/1.1\r\n" + HOST),
                head(400, "\u0000\u0001\u0002\r\n" + HOST),
                head(400, "\u0016\u0003\u0001\u0002\u0000\r\n"),
                head(414, "GET /" + "x".repeat(5000) + " HTTP/1.1\r\n" + HOST),
                head(501, "CONNECT a:80 HTTP/1.1\r\n" + HOST),
                head(501, "CONNECT /x HTTP/1.1\r\n" + HOST),
                head(501, "CONNECT http://a/x HTTP/1.1\r\n" + HOST),
                head(505, "GET /x HTTP/2.0\r\n" + HOST),
                head(505, "PRI * HTTP/2.0\r\n" + HOST),
                // RFC 9112 §3.2: Host
                head(400, "GET /x HTTP/1.1\r\n"),
                head(400, "GET /x HTTP/1.1\r\n" + HOST + HOST),
                head(400, "GET /x HTTP/1.1\r\nHost: a b\r\n"),
                head(400, "GET /x HTTP/1.1\r\nHost: a:99999\r\n"),
                head(400, "GET /x HTTP/1.1\r\nHost: a/b\r\n"),
                head(400, "GET /x HTTP/1.1\r\nHost:\r\n"),
                // RFC 9112 §5: fields
                head(400, "GET /x HTTP/1.1\r\n" + HOST + "A : b\r\n"),
                head(400, "GET /x HTTP/1.1\r\n" + HOST + "A\r\n"),
                head(400, "GET /x HTTP/1.1\r\n" + HOST + ": b\r\n"),
                head(400, "GET /x HTTP/1.1\r\n" + HOST + "A: b\r\n c\r\n"),
                head(400, "GET /x HTTP/1.1\r\n" + HOST + "A: b\r\n\tc\r\n"),
                head(400, "GET /x HTTP/1.1\r\n A: b\r\n" + HOST),
                head(400, "GET /x HTTP/1.1\r\n" + HOST + "A: b\n"),
                head(400, "GET /x HTTP/1.1\r\n" + HOST + "A: b\rc: d\r\n"),
                head(400, "GET /x HTTP/1.1\r\n" + HOST + "A: b\u0000c\r\n"),
                head(400, "GET /x HTTP/1.1\r\n" + HOST + "A(: b\r\n"),
                head(431, "GET /x HTTP/1.1\r\n" + HOST + "A: " + "b".repeat(9000) + "\r\n"),
                head(431, "GET /x HTTP/1.1\r\n" + HOST + "A: b\r\n".repeat(3000)),
                // RFC 9112 §6: body length
                head(400, length("1.1", "5", "5")),
                head(400, length("1.1", "5", "6")),
                head(400, length("1.0", "5", "5")),
                head(400, length("1.0", "5", "6")),
                head(400, length("1.1", "5, 5")),
                head(400, length("1.1", "+5")),
                head(400, length("1.1", "-5")),
                head(400, length("1.1", "5x")),
                head(400, length("1.1", "99999999999999999999")),
                head(400, length("1.1", "5") + "Transfer-Encoding: chunked\r\n"),
                head(400, length("1.0", "5") + "Transfer-Encoding: chunked\r\n"),
                head(400, "POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n"),
                head(400, coding("chunked, gzip")),
                head(400, coding("gzip")),
                head(400, coding("chunked, chunked")),
                head(501, coding("gzip, chunked")),
                head(411, "POST /x HTTP/1.0\r\n"),
                // RFC 9110 §10.1.1
                head(417, "GET /x HTTP/1.1\r\n" + HOST + "Expect: miracles\r\n"));
    }

    @ParameterizedTest
    @MethodSource("heads")
    void areAnsweredAndTheConnectionIsClosed(int status, String head) {
        try (var peer = HttpPeer.of(e -> e.respond(HttpResponseStatus.OK, "served"))) {
            String answer = peer.send(head + "\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n");

            assertThat(answer)
                    .startsWith("HTTP/1.1 " + status + " ")
                    .contains("connection: close\r\n")
                    .doesNotContain("served");
            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("heads")
    void areAnsweredAlikeByteByByte(int status, String head) {
        try (var peer = HttpPeer.of(e -> e.respond(HttpResponseStatus.OK, "served"))) {
            String answer = peer.trickle(head + "\r\n");

            assertThat(answer)
                    .startsWith("HTTP/1.1 " + status + " ")
                    .contains("connection: close\r\n");
            assertThat(peer.channel.isOpen()).isFalse();
        }
    }

    private static Arguments head(int status, String head) {
        return Arguments.of(status, head);
    }

    private static String length(String version, String... lengths) {
        var head = new StringBuilder("POST /x HTTP/" + version + "\r\n" + HOST);
        for (String length : lengths) {
            head.append("Content-Length: ").append(length).append("\r\n");
        }
        return head.toString();
    }

    private static String coding(String coding) {
        return "POST /x HTTP/1.1\r\n" + HOST + "Transfer-Encoding: " + coding + "\r\n";
    }
}
