// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Sends every message of an upgraded connection back.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class BareWebSocketEcho extends ChannelInboundHandlerAdapter {

    private final BareFrames frames = new BareFrames();

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ctx.write(frames.echo(ctx.alloc(), (ByteBuf) message), ctx.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        frames.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
