// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Load over plain sockets, a handler for each. */
abstract class EdgeWork implements Work {

    private static final long REST_MILLIS = 200;

    private final CompletableFuture<Void> lost = new CompletableFuture<>();
    private final List<Channel> channels = new ArrayList<>();
    private volatile boolean running;

    /** Opens a socket to the server with {@code peer} behind it. */
    abstract Channel open(EventLoop loop, int port, Peer peer);

    abstract List<Peer> peers();

    abstract EventLoop loop(int index);

    @Override
    public void open(int port) {
        int index = 0;
        for (Peer peer : peers()) {
            channels.add(open(loop(index++ % Loader.LOOPS), port, peer));
        }
    }

    @Override
    public void begin() {
        running = true;
        for (Channel channel : channels) {
            Peer peer = channel.pipeline().get(Peer.class);
            channel.eventLoop().execute(() -> peer.begin(channel));
        }
    }

    /** What is on its way arrives in the time of a rest. */
    @Override
    public void end() {
        running = false;
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(REST_MILLIS));
    }

    @Override
    public double[] figures(double perSecond) {
        return new double[] {perSecond};
    }

    @Override
    public CompletableFuture<Void> lost() {
        return lost;
    }

    @Override
    public void close() {
        lost.complete(null);
        channels.forEach(channel -> channel.close().syncUninterruptibly());
    }

    final boolean isRunning() {
        return running;
    }

    /** One client. */
    abstract class Peer extends ChannelInboundHandlerAdapter {

        /** Begins, also for another time. Event loop. */
        abstract void begin(Channel channel);

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            lost.completeExceptionally(new BenchException("a connection was lost"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            lost.completeExceptionally(cause);
        }
    }
}
