// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;

/**
 * Stands before Netty's HTTP/2, which closes the socket as soon as it has written why: the peer
 * gets to read it first, and what it still sends is thrown away.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class LastWords extends ChannelDuplexHandler {

    static final String NAME = "last-words";

    private final Connection connection;
    private CloseReason expected;
    private boolean ending;

    LastWords(Connection connection) {
        this.connection = connection;
    }

    /** The next close has been explained to the peer. */
    void expect(CloseReason reason) {
        expected = reason;
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (expected == null || ending) {
            ctx.close(promise);
            return;
        }
        ending = true;
        ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
        connection.finish(expected);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (ending) {
            ReferenceCountUtil.release(message);
        } else {
            ctx.fireChannelRead(message);
        }
    }
}
