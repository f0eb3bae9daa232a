// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Map;

/** Writes fields as HTTP/2 has them: in small letters, and none of the connection's. */
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

    private Http2Fields() {}

    /** The head of an answer. */
    static Http2Headers head(HttpResponseStatus status, AsciiString date, HttpHeaders headers) {
        Http2Headers head = new DefaultHttp2Headers(false, 16);
        head.status(status.codeAsText());
        head.add(HttpHeaderNames.DATE, date);
        add(headers, head);
        return head;
    }

    /** Fields behind a body. */
    static Http2Headers of(HttpHeaders trailers) {
        Http2Headers fields = new DefaultHttp2Headers(false, 8);
        add(trailers, fields);
        return fields;
    }

    private static void add(HttpHeaders headers, Http2Headers to) {
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            AsciiString name = AsciiString.of(field.getKey()).toLowerCase();
            if (isSent(name)) {
                to.add(name, field.getValue());
            }
        }
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
