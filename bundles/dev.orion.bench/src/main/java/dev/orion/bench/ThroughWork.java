// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Connections that are passed through to the {@link BackEnd}: round trips of a small message, one
 * in flight on each, or bytes one way as fast as they are taken, where a unit is a megabyte.
 */
final class ThroughWork extends EdgeWork {

    private static final int SMALL = 128;
    private static final int LARGE = 1 << 16;

    private final Loader loader;
    private final BackEnd backEnd;
    private final boolean bulk;
    private final List<Peer> peers = new ArrayList<>();
    private final LongAdder trips = new LongAdder();
    private final long swallowedBefore;

    ThroughWork(Loader loader, BackEnd backEnd, int connections, boolean bulk) {
        this.loader = loader;
        this.backEnd = backEnd;
        this.bulk = bulk;
        this.swallowedBefore = backEnd.swallowed();
        for (int i = 0; i < connections; i++) {
            peers.add(bulk ? new Stream() : new Caller());
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
                .channel(Transport.forLoader().channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(peer)
                .connect(InetAddress.getLoopbackAddress(), port)
                .syncUninterruptibly()
                .channel();
    }

    @Override
    public long done() {
        return bulk ? (backEnd.swallowed() - swallowedBefore) >> 20 : trips.sum();
    }

    private static ByteBuf filled(char byWhat, int length) {
        return Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(length).writeZero(length).setByte(0, byWhat));
    }

    private final class Caller extends Peer {

        private final ByteBuf message = filled('e', SMALL);
        private int missing;

        @Override
        void begin(Channel channel) {
            if (missing == 0 && isRunning()) {
                missing = SMALL;
                channel.writeAndFlush(message.duplicate(), channel.voidPromise());
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object answer) {
            var bytes = (ByteBuf) answer;
            missing -= bytes.readableBytes();
            bytes.release();
            if (missing == 0) {
                trips.increment();
                begin(ctx.channel());
            }
        }
    }

    private final class Stream extends Peer {

        private final ByteBuf piece = filled('d', LARGE);

        @Override
        void begin(Channel channel) {
            while (isRunning() && channel.isWritable()) {
                channel.write(piece.duplicate(), channel.voidPromise());
            }
            channel.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (ctx.channel().isWritable()) {
                begin(ctx.channel());
            }
        }
    }
}
