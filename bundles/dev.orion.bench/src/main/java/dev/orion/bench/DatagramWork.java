// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Commands to publish, a datagram each, on a channel that nobody listens to: so many in flight on
 * each socket. A unit is one that was answered.
 */
final class DatagramWork extends EdgeWork {

    private static final byte[] COMMAND =
            "{\"id\":1,\"publish\":{\"channel\":\"bench/udp\",\"data\":{\"t\":21.5}}}"
                    .getBytes(US_ASCII);

    private final Loader loader;
    private final int window;
    private final List<Peer> peers = new ArrayList<>();
    private final LongAdder answered = new LongAdder();

    DatagramWork(Loader loader, int sockets, int window) {
        this.loader = loader;
        this.window = window;
        for (int i = 0; i < sockets; i++) {
            peers.add(new Sensor());
        }
    }

    @Override
    List<Peer> peers() {
        return peers;
    }

    @Override
    EventLoop loop(int index) {
        return loader.loop(index);
    }

    @Override
    Channel open(EventLoop loop, int port, Peer peer) {
        return new Bootstrap()
                .group(loop)
                .channel(Transport.forLoader().datagramChannel())
                .handler(peer)
                .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .syncUninterruptibly()
                .channel();
    }

    @Override
    public long done() {
        return answered.sum();
    }

    private final class Sensor extends Peer {

        private final ByteBuf command =
                Unpooled.unreleasableBuffer(
                        Unpooled.directBuffer(COMMAND.length).writeBytes(COMMAND));
        private int arrived;

        /** What was lost before is forgotten. */
        @Override
        void begin(Channel channel) {
            send(channel, window);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object answer) {
            ((DatagramPacket) answer).release();
            arrived++;
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            answered.add(arrived);
            int next = arrived;
            arrived = 0;
            if (isRunning()) {
                send(ctx.channel(), next);
            }
        }

        private void send(Channel channel, int count) {
            for (int i = 0; i < count; i++) {
                channel.write(command.duplicate(), channel.voidPromise());
            }
            channel.flush();
        }
    }
}
