// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.Protocol;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A protocol that says its name first and then echoes; a polite one says bye when it must go. */
@Sharable
final class Greeting extends ChannelInboundHandlerAdapter implements Protocol {

    final AtomicInteger toldToGo = new AtomicInteger();

    private final String name;
    private final boolean isPolite;

    Greeting(String name, boolean isPolite) {
        this.name = name;
        this.isPolite = isPolite;
    }

    @Override
    public void serve(Connection connection) {
        connection.channel().pipeline().addLast(this);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        say(ctx, name + "\n");
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ctx.writeAndFlush(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof GoAway goAway) {
            toldToGo.incrementAndGet();
            if (isPolite) {
                say(ctx, "bye " + goAway.reason().code() + "\n");
                ctx.close();
            }
        }
    }

    private static void say(ChannelHandlerContext ctx, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ctx.writeAndFlush(ctx.alloc().buffer().writeBytes(bytes));
    }
}
