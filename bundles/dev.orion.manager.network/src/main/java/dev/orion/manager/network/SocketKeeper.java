// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.protocol.GoAway;
import dev.orion.protocol.Reading;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.util.ReferenceCountUtil;

/**
 * Keeps a socket for datagrams while protocols come and go: before them in its pipeline, it gives
 * the socket to whoever speaks the protocol, and takes it back when that one goes.
 *
 * <p>While nobody has it, it is not read.
 *
 * <p><b>Threads:</b> the socket's event loop.
 */
final class SocketKeeper extends ChannelInboundHandlerAdapter {

    private final DatagramSocketConnection socket;
    private final Reception reception;
    private boolean lent;

    SocketKeeper(DatagramSocketConnection socket, Reception reception) {
        this.socket = socket;
        this.reception = reception;
    }

    Channel channel() {
        return socket.channel();
    }

    /** Gives it to a protocol, if nobody has it and there is one. */
    void offer() {
        if (lent || !channel().isActive() || !reception.serve(socket)) {
            return;
        }
        lent = true;
        Reading.resume(channel());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        Reading.pause(channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (lent) {
            ctx.fireChannelRead(message);
        } else {
            ReferenceCountUtil.release(message); // the rest of a turn in which the socket came back
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        ctx.fireUserEventTriggered(event);
        if (event instanceof GoAway && lent) {
            takeBack(ctx.pipeline());
            offer();
        }
    }

    private void takeBack(ChannelPipeline pipeline) {
        lent = false;
        Reading.pause(channel());
        while (pipeline.last() != this) {
            pipeline.removeLast();
        }
        socket.protocol("");
    }
}
