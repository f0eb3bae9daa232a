// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Map;
import java.util.Optional;

/**
 * The head of a request that came in HTTP/2, in the words of HTTP/1.1.
 *
 * <p>Netty has seen to it that the pseudo-header fields are all there, once and first, that no name
 * has a capital letter, and that nothing speaks of the connection (RFC 9113 §8.2, §8.3).
 */
final class Http2Request extends DefaultHttpRequest {

    static final HttpVersion VERSION = new HttpVersion("HTTP", 2, 0, true);

    private static final AsciiString PROTOCOL = AsciiString.cached(":protocol"); // RFC 8441 §4

    /** Netty has looked at names and values when it decoded them. */
    private static final HttpHeadersFactory CHECKED =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);

    private final String protocol;

    private Http2Request(HttpMethod method, String path, String protocol) {
        super(VERSION, method, path, CHECKED.newHeaders());
        this.protocol = protocol;
    }

    /** What an extended CONNECT wants to speak; empty for every other request. */
    String protocol() {
        return protocol;
    }

    /** Whether it says which host it is for (RFC 9113 §8.3.1). */
    boolean hasHost() {
        return Authority.isOne(headers().get(HttpHeaderNames.HOST, ""));
    }

    /** Reads a head; empty where no answer but a reset is right (RFC 9113 §8.1.1). */
    static Optional<Http2Request> of(Http2Headers fields) {
        try {
            return Optional.of(read(fields));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static Http2Request read(Http2Headers fields) {
        HttpMethod method = HttpMethod.valueOf(fields.method().toString());
        CharSequence extended = fields.get(PROTOCOL);
        boolean isConnect = method.equals(HttpMethod.CONNECT);
        if (extended != null && !isConnect) {
            throw new IllegalArgumentException(":protocol without CONNECT"); // RFC 8441 §4
        }
        boolean isAuthority = isConnect && extended == null; // RFC 9113 §8.5
        CharSequence target = isAuthority ? fields.authority() : fields.path();
        if (!isAuthority && target.charAt(0) != '/' && !AsciiString.contentEquals(target, "*")) {
            throw new IllegalArgumentException(":path without a slash"); // RFC 9113 §8.3.1
        }
        var request =
                new Http2Request(
                        method, target.toString(), extended == null ? "" : extended.toString());
        copy(fields, request.headers());
        setHost(fields.authority(), request.headers());
        return request;
    }

    /** Fields behind a body. */
    static HttpHeaders trailers(Http2Headers fields) {
        HttpHeaders trailers = DefaultHttpHeadersFactory.trailersFactory().newHeaders();
        copy(fields, trailers);
        return trailers;
    }

    private static void copy(Http2Headers fields, HttpHeaders headers) {
        CharSequence cookies = null;
        for (Map.Entry<CharSequence, CharSequence> field : fields) {
            CharSequence name = field.getKey();
            if (name.charAt(0) == ':') {
                continue;
            }
            if (HttpHeaderNames.COOKIE.contentEquals(name)) {
                // RFC 9113 §8.2.3: crumbs become one field again.
                cookies = cookies == null ? field.getValue() : cookies + "; " + field.getValue();
            } else {
                headers.add(name, field.getValue());
            }
        }
        if (cookies != null) {
            headers.set(HttpHeaderNames.COOKIE, cookies);
        }
    }

    /** RFC 9113 §8.3.1: the field {@code host}, where there is one, says what the target says. */
    private static void setHost(CharSequence authority, HttpHeaders headers) {
        if (authority == null) {
            return;
        }
        if (!headers.contains(HttpHeaderNames.HOST)) {
            headers.add(HttpHeaderNames.HOST, authority);
            return;
        }
        for (String host : headers.getAll(HttpHeaderNames.HOST)) {
            if (!host.equalsIgnoreCase(authority.toString())) {
                throw new IllegalArgumentException("host is not :authority");
            }
        }
        headers.set(HttpHeaderNames.HOST, authority);
    }
}
