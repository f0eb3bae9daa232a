// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.protocol.Connection;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A request of HTTP/1.1 that asks to go on in HTTP/2 (RFC 7540 §3.2; RFC 9113 leaves it out, curl
 * {@code --http2} still asks).
 *
 * <p>One with a body is answered in HTTP/1.1: to change in its middle would mean to keep it. So is
 * one whose settings cannot be read.
 *
 * @param settings the peer's
 * @param request what becomes stream 1
 */
record Http2Upgrade(Http2Settings settings, Http2Headers request) {

    /** The fields of the answer. */
    static final HttpHeaders ANSWER = new DefaultHttpHeaders().set(HttpHeaderNames.UPGRADE, "h2c");

    private static final AsciiString SETTINGS = AsciiString.cached("http2-settings");
    private static final int SETTING_BYTES = 6; // RFC 9113 §6.5.1

    /** RFC 9113 §8.2.2, and what only asks for the upgrade. */
    private static final Set<String> NOT_KEPT =
            Set.of(
                    "connection",
                    "host",
                    "http2-settings",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "transfer-encoding",
                    "upgrade");

    /** Reads a request; empty where it is to be answered in HTTP/1.1. */
    static Optional<Http2Upgrade> of(HttpRequest request, Connection connection) {
        HttpHeaders headers = request.headers();
        if (!headers.contains(HttpHeaderNames.UPGRADE)
                || !headers.containsValue(HttpHeaderNames.UPGRADE, "h2c", true)
                || !request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                || !connection.applicationProtocol().isEmpty()) {
            return Optional.empty();
        }
        List<String> settings = headers.getAll(SETTINGS);
        boolean isAsked =
                settings.size() == 1
                        && headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
                        && headers.containsValue(HttpHeaderNames.CONNECTION, SETTINGS, true);
        boolean hasBody =
                HttpUtil.isTransferEncodingChunked(request)
                        || HttpUtil.getContentLength(request, 0L) > 0;
        if (!isAsked || hasBody || !request.uri().startsWith("/")) {
            return Optional.empty();
        }
        return settings(settings.get(0)).map(read -> new Http2Upgrade(read, head(request)));
    }

    /** RFC 7540 §3.2.1: the payload of a SETTINGS frame in base64url. */
    private static Optional<Http2Settings> settings(String text) {
        try {
            ByteBuffer payload = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            if (payload.remaining() % SETTING_BYTES != 0) {
                return Optional.empty();
            }
            var settings = new Http2Settings();
            while (payload.hasRemaining()) {
                settings.put((char) payload.getShort(), (Long) (payload.getInt() & 0xffffffffL));
            }
            return Optional.of(settings);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static Http2Headers head(HttpRequest request) {
        HttpHeaders headers = request.headers();
        Http2Headers head = new DefaultHttp2Headers(false, headers.size() + 4);
        head.method(request.method().asciiName()).scheme("http").path(request.uri());
        String host = headers.get(HttpHeaderNames.HOST);
        if (host != null) {
            head.authority(host);
        }
        for (Map.Entry<String, String> field : headers) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            if (!NOT_KEPT.contains(name)) {
                head.add(name, field.getValue());
            }
        }
        return head;
    }
}
