// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;

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
        var start = BareStart.of(args[0], args[1]);
        int to = Integer.parseInt(args[2]);
        int port = start.listen(channel -> passOn(start.transport(), channel, to));
        new Bootstrap()
                .group(start.group())
                .channel(start.transport().datagramChannel())
                .handler(new Answering())
                .bind(InetAddress.getLoopbackAddress(), port)
                .syncUninterruptibly();
        BareStart.ready(port);
    }

    private static void passOn(Transport transport, Channel inbound, int to) {
        inbound.config().setAutoRead(false); // until there is somebody to pass it on to
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
