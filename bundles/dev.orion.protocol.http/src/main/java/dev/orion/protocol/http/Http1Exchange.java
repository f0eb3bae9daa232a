// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import java.util.function.Consumer;

/**
 * One request of an HTTP/1.1 connection, and its answer.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class Http1Exchange extends ServerExchange {

    private static final int COPIED_BODY_BYTES = 1024;

    private final Http1Connection http;
    private boolean mustClose;

    Http1Exchange(Http1Connection http, HttpRequest request) {
        super(request);
        this.http = http;
        this.mustClose = !HttpUtil.isKeepAlive(request);
    }

    @Override
    boolean isOpen() {
        return connection().channel().isActive();
    }

    @Override
    public Connection connection() {
        return http.connection();
    }

    @Override
    void writeContinue() {
        http.writeContinue();
    }

    @Override
    void regulate() {
        http.readerChanged();
    }

    @Override
    void flush() {
        http.flush();
    }

    @Override
    void mustEnd() {
        mustClose = true;
    }

    @Override
    void abort(CloseReason reason) {
        http.close(reason);
    }

    @Override
    void write(HttpResponseStatus status, HttpHeaders headers, ByteBuf body) {
        int length = body.readableBytes();
        boolean isCopied = length <= COPIED_BODY_BYTES;
        ByteBuf out = http.room(ResponseHead.USUAL_BYTES + (isCopied ? length : 0));
        try {
            beginHead(out, status, headers);
        } catch (RuntimeException broken) {
            body.release();
            throw broken;
        }
        if (mayHaveBody(status)) {
            ResponseHead.field(out, HttpHeaderNames.CONTENT_LENGTH, Integer.toString(length));
        }
        ResponseHead.end(out);
        if (isHeadOnly(status)) {
            body.release();
        } else if (isCopied) {
            out.writeBytes(body, body.readerIndex(), length);
            body.release();
        } else {
            http.write(body);
        }
    }

    @Override
    BodyStream newStream() {
        boolean chunked = !RequestCheck.isOld(request());
        mustClose |= !chunked;
        boolean trailersWanted =
                request()
                        .headers()
                        .containsValue(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS, true);
        return new Http1Body(
                this, chunked ? BodyFraming.CHUNKED : BodyFraming.BARE, trailersWanted);
    }

    @Override
    void writeHead(HttpResponseStatus status, HttpHeaders headers) {
        ByteBuf out = http.room(ResponseHead.USUAL_BYTES);
        beginHead(out, status, headers);
        if (!RequestCheck.isOld(request()) && mayHaveBody(status)) {
            ResponseHead.field(out, HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        ResponseHead.end(out);
        http.handOn();
    }

    @Override
    void leave(String protocol, HttpHeaders headers, Consumer<ChannelPipeline> install) {
        http.leave(protocol, upgradeHead(headers), install);
    }

    @Override
    void answered() {
        if (isBodyComplete() || mustClose) {
            http.finished(this, mustClose);
        } else {
            dropBody();
        }
    }

    @Override
    void dropBody() {
        reader(new UnwantedBody(() -> http.close(CloseReason.BAD_REQUEST)));
        http.readerChanged();
    }

    private void beginHead(ByteBuf out, HttpResponseStatus status, HttpHeaders headers) {
        int start = out.writerIndex();
        try {
            ResponseHead.begin(out, status, http.date(), headers);
        } catch (RuntimeException broken) { // by the service's fields
            out.writerIndex(start);
            throw broken;
        }
        cors((name, value) -> ResponseHead.field(out, name, value));
        if (status.code() == 426) { // it has an Upgrade (RFC 9110 §7.8)
            ResponseHead.field(out, HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        }
        if (mustClose) {
            ResponseHead.field(out, HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (RequestCheck.isOld(request())) {
            ResponseHead.field(out, HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }

    private ByteBuf upgradeHead(HttpHeaders headers) {
        ByteBuf head = alloc().buffer(ResponseHead.USUAL_BYTES);
        ResponseHead.begin(head, HttpResponseStatus.SWITCHING_PROTOCOLS, http.date(), headers);
        if (!headers.contains(HttpHeaderNames.UPGRADE)) {
            ResponseHead.field(
                    head,
                    HttpHeaderNames.UPGRADE,
                    request().headers().get(HttpHeaderNames.UPGRADE));
        }
        ResponseHead.field(head, HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        ResponseHead.end(head);
        return head;
    }
}
