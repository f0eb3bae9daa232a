// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;

/**
 * One stream of an HTTP/2 connection whose frames somebody else reads and writes.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class Http2Frames extends ChannelDuplexHandler {

    private final Http2Connection http;

    Http2Frames(Http2Connection http) {
        this.http = http;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        http.opened(ctx.channel());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        http.closed(ctx.channel());
        ctx.fireChannelInactive();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        http.wrote();
        if (message instanceof ByteBuf bytes) {
            ctx.write(new DefaultHttp2DataFrame(bytes), promise);
        } else {
            ctx.write(message, promise);
        }
    }
}
