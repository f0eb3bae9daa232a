// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.CompletableFuture;

/** Counts what an open client gets, answers pings, and reports a lost connection. */
final class Receiver extends ChannelInboundHandlerAdapter {

    private static final ByteBuf PONG =
            Unpooled.unreleasableBuffer(WebSocketBytes.clientFrame("{}"));

    private final FrameScanner scanner = new FrameScanner();
    private final Arrivals arrivals;
    private final CompletableFuture<Void> lost;

    Receiver(Client client) {
        arrivals = client.arrivals();
        lost = client.lost();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var in = (ByteBuf) message;
        scanner.scan(in);
        in.release();
        int messages = scanner.takeMessages();
        if (messages > 0) {
            arrivals.arrived(messages);
        }
        if (scanner.takePing()) {
            ctx.writeAndFlush(PONG.duplicate(), ctx.voidPromise());
        }
        if (scanner.isClosed()) {
            lost.completeExceptionally(new BenchException("the server closed a connection"));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        arrivals.turnEnded();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        lost.completeExceptionally(new BenchException("a connection was lost"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        lost.completeExceptionally(cause);
        ctx.close();
    }
}
