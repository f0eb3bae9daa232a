// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.sse;

import dev.orion.http.HttpExchange;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;

/** What kinds of bodies are understood. */
final class MediaTypes {

    /** How Centrifuge's clients say that they speak Protobuf, which is not spoken here. */
    private static final String PROTOBUF = "application/octet-stream";

    private MediaTypes() {}

    /** Answers 415 to a body that is not JSON, and says whether it did. */
    static boolean isRefused(HttpExchange exchange) {
        if (!PROTOBUF.equals(exchange.request().headers().get(HttpHeaderNames.CONTENT_TYPE))) {
            return false;
        }
        exchange.respond(HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE, "expected JSON");
        return true;
    }
}
