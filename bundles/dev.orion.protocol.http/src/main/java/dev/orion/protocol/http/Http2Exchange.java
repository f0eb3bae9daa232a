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
import io.netty.handler.codec.http.HttpUtil;
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
    private boolean mustEnd;

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

    /** A stream ends with its answer anyhow: the rest of a body is not waited for. */
    @Override
    void mustEnd() {
        mustEnd = true;
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
        Http2Fields fields = fields(headers);
        if (mayHaveBody(status)) {
            fields.add(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.readableBytes()));
        }
        Http2Headers head = fields.head(status);
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
        stream.writeHead(fields(headers).head(status), isHeadOnly(status));
    }

    @Override
    void leave(String protocol, HttpHeaders headers, Consumer<ChannelPipeline> install) {
        stream.leave(protocol, fields(headers).head(HttpResponseStatus.OK), install);
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
        if (mustEnd || HttpUtil.getContentLength(request(), 0L) > UnwantedBody.MAX_BYTES) {
            stream.endWithoutBody();
        } else {
            reader(new UnwantedBody(stream::endWithoutBody));
            stream.discard();
        }
    }

    private Http2Fields fields(HttpHeaders headers) {
        var fields = new Http2Fields(headers.size() + 2);
        fields.add(HttpHeaderNames.DATE, stream.date());
        fields.addAll(headers);
        cors(fields::add);
        return fields;
    }
}
