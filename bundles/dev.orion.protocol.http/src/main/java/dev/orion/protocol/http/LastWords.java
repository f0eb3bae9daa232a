// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Stands before Netty's HTTP/2, which closes the socket as soon as it has written why: the peer
 * gets to read it first, and what it still sends is thrown away.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class LastWords extends ChannelDuplexHandler {

    static final String NAME = "last-words";

    private static final long LINGER_SECONDS = 1;

    private final Connection connection;
    private CloseReason expected;
    private boolean ending;
    private boolean over;

    LastWords(Connection connection) {
        this.connection = connection;
    }

    /** The next close has been explained to the peer. */
    void expect(CloseReason reason) {
        expected = reason;
    }

    /** Netty asks more than once. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (expected == null || over) {
            ctx.close(promise);
            return;
        }
        ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
        if (!ending) {
            ending = true;
            end(ctx);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (ending) {
            ReferenceCountUtil.release(message);
        } else {
            ctx.fireChannelRead(message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (ending) {
            closeNow(); // the peer was faster; the reason is still ours
        }
        ctx.fireChannelInactive();
    }

    private void end(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(
                        written -> {
                            if (!written.isSuccess() || !connection.endOutput()) {
                                closeNow();
                            } // else the peer closes in its turn
                        });
        if (ctx.channel().isActive()) {
            ctx.executor().schedule(this::closeNow, LINGER_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void closeNow() {
        over = true;
        connection.close(expected);
    }
}
