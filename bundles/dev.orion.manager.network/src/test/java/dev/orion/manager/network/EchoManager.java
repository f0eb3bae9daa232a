// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.ProtocolInfo;
import dev.orion.protocol.ProtocolManager;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A protocol manager whose one protocol greets with its name, echoes, and says bye. */
@Sharable
final class EchoManager extends ChannelInboundHandlerAdapter implements ProtocolManager {

    final Queue<Connection> served = new ConcurrentLinkedQueue<>();
    volatile boolean speaking = true;
    volatile boolean saysBye = true;

    private final String name;

    EchoManager(String name) {
        this.name = name;
    }

    @Override
    public boolean speaks(String scheme) {
        return speaking && scheme.equals(name);
    }

    @Override
    public boolean serve(Connection connection) {
        if (!speaks(connection.endpoint().protocol())) {
            return false;
        }
        served.add(connection);
        connection.channel().pipeline().addLast(this);
        return true;
    }

    @Override
    public List<ProtocolInfo> protocols() {
        return List.of();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        say(ctx, name + "\n");
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ctx.writeAndFlush(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof GoAway && saysBye) {
            say(ctx, "bye\n");
            ctx.close();
        }
    }

    private static void say(ChannelHandlerContext ctx, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ctx.writeAndFlush(ctx.alloc().buffer().writeBytes(bytes));
    }
}
