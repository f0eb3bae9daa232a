// SPDX-License-Identifier: Apache-2.0
package dev.orion.example.echo;

import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.Protocol;
import dev.orion.protocol.Speaks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.LineBasedFrameDecoder;
import org.osgi.service.component.annotations.Component;

/** Says every line back, with a greeting. */
@Component
@Speaks("echo")
public final class EchoProtocol implements Protocol {

    private static final String GREETING = "hello, ";

    @Override
    public void serve(Connection connection) {
        connection.channel().pipeline().addLast(new LineBasedFrameDecoder(1024), new Echo());
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object line) {
            ByteBuf greeting = ByteBufUtil.writeUtf8(ctx.alloc(), GREETING);
            ctx.write(Unpooled.wrappedBuffer(greeting, (ByteBuf) line, lineBreak()));
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof GoAway) { // this version of the plug-in is leaving
                ctx.writeAndFlush(ByteBufUtil.writeUtf8(ctx.alloc(), "bye\n"))
                        .addListener(ChannelFutureListener.CLOSE);
            }
        }

        private static ByteBuf lineBreak() {
            return Unpooled.wrappedBuffer(new byte[] {'\n'});
        }
    }
}
