// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.http.HttpService;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers that are compressed on their way (RFC 9110 §8.4). */
class ContentCodingTest {

    private static final String LONG = "{\"a\":\"" + "b".repeat(5000) + "\"}";
    private static final HttpHeaders JSON =
            new DefaultHttpHeaders().set("Content-Type", "application/json");

    @Test
    void compressesForThoseWhoAsk() throws Exception {
        String answer = answer(LONG, JSON, true, "gzip");
        int head = answer.indexOf("\r\n\r\n") + 4;

        assertThat(answer.substring(0, head))
                .contains("content-encoding: gzip\r\n", "vary: accept-encoding\r\n")
                .contains("content-length: " + (answer.length() - head) + "\r\n");
        byte[] body = answer.substring(head).getBytes(ISO_8859_1);
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(body))) {
            assertThat(new String(gzip.readAllBytes(), ISO_8859_1)).isEqualTo(LONG);
        }
    }

    @Test
    void leavesItToThoseWhoDoNotAsk() {
        assertThat(answer(LONG, JSON, true, "identity"))
                .endsWith(LONG)
                .contains("vary: accept-encoding\r\n")
                .doesNotContain("content-encoding");
        assertThat(answer(LONG, JSON, true, "gzip;q=0")).endsWith(LONG);
    }

    @Test
    void leavesWhatDoesNotPay() {
        assertThat(answer("{}", JSON, true, "gzip")).endsWith("{}");
        HttpHeaders image = new DefaultHttpHeaders().set("Content-Type", "image/png");
        assertThat(answer(LONG, image, true, "gzip")).endsWith(LONG);
        HttpHeaders coded = JSON.copy().set("Content-Encoding", "br");
        assertThat(answer(LONG, coded, true, "gzip")).endsWith(LONG);
    }

    @Test
    void leavesTheAnswersOfServicesThatDoNotAllowIt() {
        assertThat(answer(LONG, JSON, false, "gzip")).endsWith(LONG).doesNotContain("vary");
    }

    @ParameterizedTest // RFC 9110 §12.5.3
    @CsvSource(
            delimiter = '|',
            value = {
                "br | br",
                "gzip, deflate, br, zstd | br",
                "br;q=0.5, gzip;q=0.5 | br",
                "* | br",
                "identity;q=0, * | br",
                "br;q=0.7, gzip;q=0.8 | gzip",
                "br;q=0, gzip | gzip",
                "br;q=0, * | gzip",
                "br;q=0.5, identity | ''",
                "br;q=0, identity;q=0 | ''"
            })
    void makesBrForThoseWhoLikeItNoLess(String accepted, String coding) {
        String answer = answer(new FakeEncoder(), accepted);

        assertThat(answer).contains("vary: accept-encoding\r\n");
        switch (coding) {
            case "br" ->
                    assertThat(answer)
                            .contains("content-encoding: br\r\n", "content-length: 12\r\n")
                            .endsWith("\r\n\r\nbr 1 of 5008");
            case "gzip" -> assertThat(answer).contains("content-encoding: gzip\r\n");
            default -> assertThat(answer).doesNotContain("content-encoding").endsWith(LONG);
        }
    }

    @Test
    void sendsWhatIsLikedNextWhileBrCannotBeMade() {
        var encoder = new FakeEncoder();
        encoder.isLoading = true;

        assertThat(answer(encoder, "br, gzip")).contains("content-encoding: gzip\r\n");
        assertThat(answer(encoder, "br, gzip;q=0.1, identity;q=0.2")).endsWith(LONG);
        assertThat(answer(encoder, "br")).endsWith(LONG).contains("vary: accept-encoding\r\n");
    }

    @Test
    void getsAnEncoderOnceAndWhenItIsNeeded() {
        var encoder = new FakeEncoder();
        try (var peer = HttpPeer.of(server(encoder))) {
            peer.send(request("gzip"));
            peer.send(request("br;q=0.1, identity"));
            assertThat(encoder.got).isZero();

            peer.send(request("br"));
            assertThat(peer.send(request("br"))).endsWith("br 2 of 5008");
            assertThat(encoder.got).isEqualTo(1);
        }
    }

    @Test
    void asksAnEncoderThatFailsNoMore() {
        var encoder = new FakeEncoder();
        encoder.isBroken = true;
        try (var peer = HttpPeer.of(server(encoder))) {
            assertThat(peer.send(request("br, gzip"))).contains("content-encoding: gzip\r\n");
            assertThat(peer.send(request("br, gzip"))).contains("content-encoding: gzip\r\n");
        }
        assertThat(encoder.asked).isEqualTo(1);
    }

    private static String answer(FakeEncoder encoder, String accepted) {
        try (var peer = HttpPeer.of(server(encoder))) {
            return peer.send(request(accepted));
        }
    }

    private static HttpProtocol server(FakeEncoder encoder) {
        HttpService service =
                e ->
                        e.respond(
                                HttpResponseStatus.OK,
                                JSON,
                                Unpooled.copiedBuffer(LONG, ISO_8859_1));
        Map<String, Object> at = Map.of("http.path", "/x", "http.compressed", true);
        return new HttpProtocol(HttpPeer.SETTINGS, List.of(Map.entry(at, service)), encoder);
    }

    private static String request(String accepted) {
        return "GET /x HTTP/1.1\r\nHost: a\r\nAccept-Encoding: " + accepted + "\r\n\r\n";
    }

    private static String answer(
            String body, HttpHeaders headers, boolean compressed, String accepted) {
        HttpService service =
                e ->
                        e.respond(
                                HttpResponseStatus.OK,
                                headers,
                                Unpooled.copiedBuffer(body, ISO_8859_1));
        Map<String, Object> at = Map.of("http.path", "/x", "http.compressed", compressed);
        try (var peer = HttpPeer.of(Map.entry(at, service))) {
            return peer.send(request(accepted));
        }
    }
}
