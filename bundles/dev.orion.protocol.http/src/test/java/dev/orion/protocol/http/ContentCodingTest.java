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
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

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
            return peer.send(
                    "GET /x HTTP/1.1\r\nHost: a\r\nAccept-Encoding: " + accepted + "\r\n\r\n");
        }
    }
}
