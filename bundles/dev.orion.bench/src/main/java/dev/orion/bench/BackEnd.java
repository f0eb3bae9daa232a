// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The server behind those that pass connections through, in the loader's process. The first byte of
 * a connection says what it does: {@code e} echoes, anything else is thrown away and counted.
 */
final class BackEnd implements AutoCloseable {

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, Transport.forLoader().handlers());
    private final LongAdder swallowed = new LongAdder();
    private final int port;

    BackEnd() {
        Channel server =
                new ServerBootstrap()
                        .group(group)
                        .channel(Transport.forLoader().serverChannel())
                        .option(ChannelOption.SO_BACKLOG, 1024)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline().addLast(new Serving());
                                    }
                                })
                        .bind(InetAddress.getLoopbackAddress(), 0)
                        .syncUninterruptibly()
                        .channel();
        port = ((InetSocketAddress) server.localAddress()).getPort();
    }

    int port() {
        return port;
    }

    /** How many bytes have been thrown away. */
    long swallowed() {
        return swallowed.sum();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Serving extends ChannelInboundHandlerAdapter {

        private boolean begun;
        private boolean echoes;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            var bytes = (ByteBuf) message;
            if (!begun) {
                begun = true;
                echoes = bytes.getByte(bytes.readerIndex()) == 'e';
            }
            if (echoes) {
                ctx.write(bytes, ctx.voidPromise());
            } else {
                swallowed.add(bytes.readableBytes());
                bytes.release();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }
    }
}
