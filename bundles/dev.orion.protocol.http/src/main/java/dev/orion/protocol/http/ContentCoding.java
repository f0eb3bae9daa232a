// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * An answer as gzip, where its service lets it be compressed, the peer asks for it and it pays (RFC
 * 9110 §8.4, §12.5.3).
 *
 * @param headers with those that say so
 * @param body <b>Buffer:</b> the caller's
 */
record ContentCoding(HttpHeaders headers, ByteBuf body) {

    private static final int MIN_BYTES = 1024;

    /** It is compressed on the event loop, so a long one goes as it is. */
    private static final int MAX_BYTES = 256 * 1024;

    /**
     * Decides, and compresses.
     *
     * <p><b>Buffer:</b> takes ownership of {@code body}.
     */
    static ContentCoding of(
            HttpRequest request, HttpResponseStatus status, HttpHeaders headers, ByteBuf body) {
        int length = body.readableBytes();
        if (length < MIN_BYTES
                || length > MAX_BYTES
                || !status.equals(HttpResponseStatus.OK)
                || headers.contains(HttpHeaderNames.CONTENT_ENCODING)
                || !FileName.isCompressible(type(headers))) {
            return new ContentCoding(headers, body);
        }
        HttpHeaders varied =
                new DefaultHttpHeaders()
                        .add(headers)
                        .add(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
        List<String> accepted = request.headers().getAll(HttpHeaderNames.ACCEPT_ENCODING);
        if (AcceptEncoding.choose(accepted, List.of("gzip")).equals(AcceptEncoding.IDENTITY)) {
            return new ContentCoding(varied, body);
        }
        varied.set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.GZIP);
        return new ContentCoding(varied, gzip(body));
    }

    /** Without its parameters. */
    private static String type(HttpHeaders headers) {
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
        int parameters = type.indexOf(';');
        return parameters < 0 ? type : type.substring(0, parameters).strip();
    }

    private static ByteBuf gzip(ByteBuf body) {
        ByteBuf out = body.alloc().buffer(body.readableBytes() / 2);
        try (var gzip = new GZIPOutputStream(new ByteBufOutputStream(out))) {
            body.readBytes(gzip, body.readableBytes());
        } catch (IOException memoryDoesNotFail) {
            out.release();
            throw new UncheckedIOException(memoryDoesNotFail);
        } finally {
            body.release();
        }
        return out;
    }
}
