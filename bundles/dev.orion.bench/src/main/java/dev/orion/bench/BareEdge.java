// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The limit for what goes through or comes as datagrams: Netty and the bytes, nothing else. It
 * passes connections on with back-pressure, and answers every datagram on the same port as if it
 * had published it.
 */
final class BareEdge {

    private BareEdge() {}

    /**
     * Serves until it is killed.
     *
     * @param args the transport, the number of event loops, 0 for one per processor, and the port
     *     that connections lead to
     */
    public static void main(String[] args) {
        long begun = ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli();
        var transport = Transport.named(args[0]);
        int count = Integer.parseInt(args[1]);
        int to = Integer.parseInt(args[2]);
        var group =
                new MultiThreadIoEventLoopGroup(
                        count == 0 ? Runtime.getRuntime().availableProcessors() : count,
                        transport.handlers());
        Channel server =
                new ServerBootstrap()
                        .group(group)
                        .channel(transport.serverChannel())
                        .option(ChannelOption.SO_BACKLOG, 1024)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.AUTO_READ, false)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        passOn(transport, channel, to);
                                    }
                                })
                        .bind(InetAddress.getLoopbackAddress(), 0)
                        .syncUninterruptibly()
                        .channel();
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        new Bootstrap()
                .group(group)
                .channel(transport.datagramChannel())
                .handler(new Answering())
                .bind(InetAddress.getLoopbackAddress(), port)
                .syncUninterruptibly();
        print("listening on " + port);
        print("bare Netty ready in " + (System.currentTimeMillis() - begun) + " ms");
    }

    private static void passOn(Transport transport, Channel inbound, int to) {
        new Bootstrap()
                .group(inbound.eventLoop())
                .channel(transport.channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new Passing(inbound))
                .connect(InetAddress.getLoopbackAddress(), to)
                .addListener(
                        (ChannelFuture connected) -> {
                            if (connected.isSuccess()) {
                                inbound.pipeline().addLast(new Passing(connected.channel()));
                                inbound.config().setAutoRead(true);
                            } else {
                                inbound.close();
                            }
                        });
    }

    @SuppressWarnings("SystemOut") // the console is this program's only output
    private static void print(String line) {
        System.out.println(line);
    }

    private static final class Passing extends ChannelInboundHandlerAdapter {

        private final Channel other;

        Passing(Channel other) {
            this.other = other;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            other.write(message, other.voidPromise());
            if (!other.isWritable()) {
                ctx.channel().config().setAutoRead(false);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            other.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            other.config().setAutoRead(ctx.channel().isWritable());
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            other.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    @Sharable
    private static final class Answering extends ChannelInboundHandlerAdapter {

        private final ByteBuf answer =
                Unpooled.unreleasableBuffer(
                        Unpooled.directBuffer()
                                .writeBytes("{\"id\":1,\"publish\":{}}".getBytes(US_ASCII)));

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            var packet = (DatagramPacket) message;
            ctx.write(new DatagramPacket(answer.duplicate(), packet.sender()));
            packet.release();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }
    }
}
