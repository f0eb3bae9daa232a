// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * An answer as br or gzip, where its service lets it be compressed, the peer asks for it and it
 * pays (RFC 9110 §8.4, §12.5.3).
 *
 * @param headers with those that say so
 * @param body <b>Buffer:</b> the caller's
 */
record ContentCoding(HttpHeaders headers, ByteBuf body) {

    static final String GZIP = "gzip";

    /** What can be made, the best first. */
    static final List<String> MADE = List.of(Brotli.CODING, GZIP);

    private static final int MIN_BYTES = 1024;

    /** It is compressed on the event loop, so a long one goes as it is. */
    private static final int MAX_BYTES = 256 * 1024;

    /**
     * Decides, and compresses.
     *
     * <p><b>Buffer:</b> takes ownership of {@code body}.
     */
    static ContentCoding of(
            HttpRequest request,
            HttpResponseStatus status,
            HttpHeaders headers,
            ByteBuf body,
            Brotli brotli) {
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
        try {
            for (String coding : AcceptEncoding.ranked(accepted, MADE)) {
                Optional<ByteBuf> coded = encode(coding, body, brotli);
                if (coded.isPresent()) {
                    varied.set(HttpHeaderNames.CONTENT_ENCODING, coding);
                    return new ContentCoding(varied, coded.get());
                }
            }
            return new ContentCoding(varied, body.retain());
        } finally {
            body.release();
        }
    }

    /** Empty where it is to be sent as it is, or cannot be made. */
    private static Optional<ByteBuf> encode(String coding, ByteBuf body, Brotli brotli) {
        return switch (coding) {
            case Brotli.CODING -> brotli.encode(bytes(body)).map(Unpooled::wrappedBuffer);
            case GZIP -> Optional.of(gzip(body));
            default -> Optional.empty();
        };
    }

    private static byte[] bytes(ByteBuf body) {
        return ByteBufUtil.getBytes(body, body.readerIndex(), body.readableBytes(), false);
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
            body.getBytes(body.readerIndex(), gzip, body.readableBytes());
        } catch (IOException memoryDoesNotFail) {
            out.release();
            throw new UncheckedIOException(memoryDoesNotFail);
        }
        return out;
    }
}
