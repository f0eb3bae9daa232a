// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;

/** What makes the head of a request one that nobody can be asked to answer. */
final class RequestCheck {

    private static final Set<HttpMethod> WITH_BODY =
            Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

    private RequestCheck() {}

    /** Returns the status that refuses the request; the connection is closed after it. */
    static Optional<HttpResponseStatus> fault(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return Optional.of(undecodable(request.decoderResult().cause()));
        }
        if (request.protocolVersion().majorVersion() != 1) {
            return Optional.of(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED);
        }
        return hasOneHost(request)
                ? framing(request)
                : Optional.of(HttpResponseStatus.BAD_REQUEST); // RFC 9112 §3.2
    }

    private static HttpResponseStatus undecodable(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return HttpResponseStatus.REQUEST_URI_TOO_LONG;
        }
        return cause instanceof TooLongHttpHeaderException
                ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                : HttpResponseStatus.BAD_REQUEST;
    }

    private static boolean hasOneHost(HttpRequest request) {
        Iterator<String> hosts = request.headers().valueStringIterator(HttpHeaderNames.HOST);
        if (!hosts.hasNext()) {
            return isOld(request);
        }
        return Authority.isOne(hosts.next()) && !hosts.hasNext();
    }

    private static Optional<HttpResponseStatus> framing(HttpRequest request) {
        HttpHeaders headers = request.headers();
        Iterator<String> codings = headers.valueStringIterator(HttpHeaderNames.TRANSFER_ENCODING);
        if (codings.hasNext()
                && (!codings.next().equalsIgnoreCase("chunked") || codings.hasNext())) {
            return Optional.of(HttpResponseStatus.NOT_IMPLEMENTED); // RFC 9112 §6.1
        }
        if (isOld(request)) {
            return WITH_BODY.contains(request.method())
                            && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)
                    ? Optional.of(HttpResponseStatus.LENGTH_REQUIRED)
                    : Optional.empty();
        }
        String expected = headers.get(HttpHeaderNames.EXPECT);
        return expected == null || expected.equalsIgnoreCase("100-continue")
                ? Optional.empty()
                : Optional.of(HttpResponseStatus.EXPECTATION_FAILED); // RFC 9110 §10.1.1
    }

    /** Whether the peer speaks HTTP/1.0. */
    static boolean isOld(HttpRequest request) {
        return request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) < 0;
    }
}
