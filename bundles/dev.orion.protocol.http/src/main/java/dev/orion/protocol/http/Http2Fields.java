// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;

/**
 * Gathers fields as HTTP/2 has them: in small letters, and none of the connection's. Nobody looks
 * them up, so they are a list and not a table.
 */
final class Http2Fields {

    /** RFC 9113 §8.2.2, and what the connection itself decides. */
    private static final AsciiString[] NOT_SENT = {
        HttpHeaderNames.CONNECTION,
        HttpHeaderNames.CONTENT_LENGTH,
        HttpHeaderNames.DATE,
        AsciiString.cached("keep-alive"),
        AsciiString.cached("proxy-connection"),
        HttpHeaderNames.TRANSFER_ENCODING,
        HttpHeaderNames.UPGRADE
    };

    private AsciiString[] pairs; // a name, its value, the next name
    private int used;

    /**
     * Begins without any.
     *
     * @param expected how many fields there will most likely be
     */
    Http2Fields(int expected) {
        pairs = new AsciiString[2 * expected];
    }

    /** Adds a field whose name is in small letters. */
    void add(CharSequence name, CharSequence value) {
        if (used == pairs.length) {
            pairs = Arrays.copyOf(pairs, used + 8);
        }
        pairs[used++] = AsciiString.of(name);
        pairs[used++] = AsciiString.of(value);
    }

    /** Adds the fields of a service that may be sent. */
    void addAll(HttpHeaders headers) {
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            AsciiString name = AsciiString.of(field.getKey()).toLowerCase();
            if (isSent(name)) {
                add(name, field.getValue());
            }
        }
    }

    /** They are the head of an answer. */
    Http2Headers head(HttpResponseStatus status) {
        return ReadOnlyHttp2Headers.serverHeaders(false, status.codeAsText(), exact());
    }

    /** They are fields behind a body. */
    Http2Headers trailers() {
        return ReadOnlyHttp2Headers.trailers(false, exact());
    }

    private AsciiString[] exact() {
        return used == pairs.length ? pairs : Arrays.copyOf(pairs, used);
    }

    private static boolean isSent(AsciiString name) {
        for (AsciiString not : NOT_SENT) {
            if (not.contentEquals(name)) {
                return false;
            }
        }
        return true;
    }
}
