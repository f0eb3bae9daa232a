// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.HashMap;
import java.util.Map;

/**
 * Answers requests of HTTP/2 with their bodies as they come, and an extended CONNECT as a WebSocket
 * (RFC 8441). The codec flushes when a turn ends.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class BareHttp2Echo extends ChannelInboundHandlerAdapter {

    private static final AsciiString STATUS = AsciiString.cached("200");
    private static final AsciiString OPTIONS = AsciiString.cached("x-content-type-options");
    private static final AsciiString NO_SNIFF = AsciiString.cached("nosniff");
    private static final String PROTOCOL = ":protocol";

    private final Map<Http2FrameStream, BareFrames> webSockets = new HashMap<>();

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        if (frame instanceof Http2HeadersFrame head) {
            if (head.headers().contains(PROTOCOL)) {
                webSockets.put(head.stream(), new BareFrames());
            }
            ctx.write(
                    new DefaultHttp2HeadersFrame(answer(head.headers()), head.isEndStream())
                            .stream(head.stream()),
                    ctx.voidPromise());
        } else if (frame instanceof Http2DataFrame data) {
            echo(ctx, data);
        } else {
            ReferenceCountUtil.release(frame);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        webSockets.values().forEach(BareFrames::close);
        webSockets.clear();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    private void echo(ChannelHandlerContext ctx, Http2DataFrame data) {
        Http2FrameStream stream = data.stream();
        int length = data.initialFlowControlledBytes();
        ctx.write(new DefaultHttp2WindowUpdateFrame(length).stream(stream), ctx.voidPromise());
        ByteBuf body = data.content();
        if (!webSockets.isEmpty() && webSockets.containsKey(stream)) {
            body = webSockets.get(stream).echo(ctx.alloc(), body);
        }
        ctx.write(
                new DefaultHttp2DataFrame(body, data.isEndStream()).stream(stream),
                ctx.voidPromise());
    }

    private static Http2Headers answer(Http2Headers asked) {
        Http2Headers head = new DefaultHttp2Headers(false, 8);
        head.status(STATUS);
        head.set(HttpHeaderNames.DATE, BareHttpServer.date());
        CharSequence type = asked.get(HttpHeaderNames.CONTENT_TYPE);
        if (type != null) {
            head.set(HttpHeaderNames.CONTENT_TYPE, type);
            head.set(OPTIONS, NO_SNIFF);
        }
        return head;
    }
}
