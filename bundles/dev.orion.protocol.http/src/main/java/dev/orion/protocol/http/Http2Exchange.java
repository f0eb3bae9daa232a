// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.function.Consumer;

/**
 * One request of an HTTP/2 connection, and its answer.
 *
 * <p>What goes wrong costs its stream and nothing else.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class Http2Exchange extends ServerExchange {

    private final RequestStream stream;
    private final Http2Request head;

    Http2Exchange(RequestStream stream, Http2Request request) {
        super(request);
        this.head = request;
        this.stream = stream;
    }

    /** Whether it says which host it is for (RFC 9113 §8.3.1). */
    boolean hasHost() {
        return head.hasHost();
    }

    @Override
    boolean isTunnel() {
        return !head.protocol().isEmpty();
    }

    @Override
    boolean isOpen() {
        return stream.isOpen();
    }

    @Override
    public ByteBufAllocator alloc() {
        return stream.carrier().channel().alloc();
    }

    @Override
    public EventLoop eventLoop() {
        return stream.carrier().channel().eventLoop();
    }

    @Override
    public Connection connection() {
        return stream.connection();
    }

    @Override
    void writeContinue() {
        stream.writeContinue();
    }

    @Override
    void regulate() {
        stream.regulate();
    }

    @Override
    void flush() {
        stream.flush();
    }

    @Override
    void mustEnd() {
        // A stream ends with its answer anyhow, and the connection is not meant.
    }

    @Override
    void abort(CloseReason reason) {
        stream.reset(
                reason.equals(CloseReason.INTERNAL_ERROR)
                        ? Http2Error.INTERNAL_ERROR
                        : Http2Error.CANCEL);
    }

    @Override
    void write(HttpResponseStatus status, HttpHeaders headers, ByteBuf body) {
        Http2Headers head;
        try {
            head = head(status, headers);
        } catch (RuntimeException broken) {
            body.release();
            throw broken;
        }
        if (mayHaveBody(status)) {
            head.setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        }
        if (isHeadOnly(status) || !body.isReadable()) {
            body.release();
            stream.writeHead(head, true);
        } else {
            stream.writeHead(head, false);
            stream.writeLast(body);
        }
    }

    @Override
    BodyStream newStream() {
        return new Http2Body(this, stream);
    }

    @Override
    void writeHead(HttpResponseStatus status, HttpHeaders headers) {
        stream.writeHead(head(status, headers), isHeadOnly(status));
    }

    @Override
    void leave(String protocol, HttpHeaders headers, Consumer<ChannelPipeline> install) {
        stream.leave(protocol, head(HttpResponseStatus.OK, headers), install);
    }

    @Override
    void answered() {
        if (isBodyComplete()) {
            stream.finished();
        } else {
            dropBody();
        }
    }

    /** RFC 9113 §8.1: the answer is whole without it. */
    @Override
    void dropBody() {
        stream.endWithoutBody();
    }

    private Http2Headers head(HttpResponseStatus status, HttpHeaders headers) {
        Http2Headers head = Http2Fields.head(status, stream.date(), headers);
        cors(head::add);
        return head;
    }
}
