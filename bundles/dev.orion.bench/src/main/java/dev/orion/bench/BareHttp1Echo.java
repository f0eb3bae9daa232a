// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Answers requests of HTTP/1.1 with their bodies, one after the other; an upgrade becomes a {@link
 * BareWebSocketEcho}.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class BareHttp1Echo extends ChannelInboundHandlerAdapter {

    private HttpHeaders asked; // of the request in progress
    private boolean begun; // its answer

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest request) {
            asked = request.headers();
            begun = false;
        }
        if (message instanceof HttpContent content) {
            if (asked.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)) {
                content.release();
                upgrade(ctx);
            } else {
                echo(ctx, content);
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    /** A body that came in one piece is answered in one. */
    private void echo(ChannelHandlerContext ctx, HttpContent content) {
        boolean isLast = content instanceof LastHttpContent;
        if (isLast && !begun) {
            ctx.write(
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1,
                            HttpResponseStatus.OK,
                            content.content(),
                            fields(),
                            noFields()),
                    ctx.voidPromise());
            return;
        }
        if (!begun) {
            begun = true;
            ctx.write(
                    new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, fields()),
                    ctx.voidPromise());
        }
        ctx.write(
                isLast
                        ? new DefaultLastHttpContent(content.content())
                        : new DefaultHttpContent(content.content()),
                ctx.voidPromise());
    }

    private void upgrade(ChannelHandlerContext ctx) {
        HttpHeaders fields = noFields();
        fields.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        fields.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        String key = asked.get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        fields.set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, WebSocketBytes.accept(key));
        ctx.writeAndFlush(
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.SWITCHING_PROTOCOLS,
                        Unpooled.EMPTY_BUFFER,
                        fields,
                        noFields()),
                ctx.voidPromise());
        ctx.pipeline().replace(this, "echo", new BareWebSocketEcho());
        ctx.pipeline().remove(HttpServerCodec.class);
    }

    private HttpHeaders fields() {
        return noFields()
                .set(HttpHeaderNames.DATE, BareHttpServer.date())
                .set(HttpHeaderNames.CONTENT_TYPE, asked.get(HttpHeaderNames.CONTENT_TYPE))
                .set("x-content-type-options", "nosniff")
                .set(HttpHeaderNames.CONTENT_LENGTH, asked.get(HttpHeaderNames.CONTENT_LENGTH));
    }

    /** What is added to them need not be looked at. */
    private static HttpHeaders noFields() {
        return DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    }
}
