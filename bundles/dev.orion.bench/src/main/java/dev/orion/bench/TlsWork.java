// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Work of clients that each have one connection at a time. */
abstract class TlsWork implements Work {

    private static final long LOOK_NANOS = 1_000_000;
    private static final long OPEN_NANOS = 20_000_000_000L;

    private final Loader loader;
    private final CompletableFuture<Void> lost = new CompletableFuture<>();
    private final LongAdder done = new LongAdder();
    private final AtomicInteger connected = new AtomicInteger();
    private int port;
    private volatile boolean running;

    TlsWork(Loader loader) {
        this.loader = loader;
    }

    /** Called when the port is known. */
    abstract void prepare(int serverPort);

    /** How many clients there are. */
    abstract int clients();

    /** What a client does with its connection, with TLS in it. */
    abstract void fill(SocketChannel channel);

    @Override
    public final void open(int serverPort) {
        port = serverPort;
        prepare(serverPort);
        begin();
        awaitOrFail(() -> done.sum() >= clients());
        end();
    }

    @Override
    public final void begin() {
        running = true;
        for (int each = 0; each < clients(); each++) {
            connect(each % Loader.LOOPS);
        }
    }

    @Override
    public final void end() {
        running = false;
        awaitOrFail(() -> connected.get() == 0);
    }

    @Override
    public final long done() {
        return done.sum();
    }

    @Override
    public double[] figures(double perSecond) {
        return new double[] {perSecond};
    }

    @Override
    public final CompletableFuture<Void> lost() {
        return lost;
    }

    @Override
    public final void close() {
        running = false;
        long end = System.nanoTime() + OPEN_NANOS;
        while (connected.get() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    final void count(long units) {
        done.add(units);
    }

    final boolean isRunning() {
        return running;
    }

    final void fail(Throwable cause) {
        lost.completeExceptionally(cause);
    }

    /** The next connection of a client, whose last one has ended. */
    private void connect(int loop) {
        connected.incrementAndGet();
        ChannelHandler filling =
                new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        fill(channel);
                    }
                };
        new Bootstrap()
                .group(loader.loop(loop))
                .channel(Transport.forLoader().channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(filling)
                .connect(InetAddress.getLoopbackAddress(), port)
                .addListener(this::opened)
                .channel()
                .closeFuture()
                .addListener(closed -> closed(loop));
    }

    private void opened(Future<? super Void> opened) {
        if (!opened.isSuccess()) {
            fail(opened.cause());
        }
    }

    private void closed(int loop) {
        connected.decrementAndGet();
        if (running && !lost.isDone()) {
            loader.loop(loop).execute(() -> connect(loop));
        }
    }

    private void awaitOrFail(Supplier<Boolean> condition) {
        long end = System.nanoTime() + OPEN_NANOS;
        while (!condition.get()) {
            if (lost.isCompletedExceptionally()) {
                Loader.await(lost, 1);
            }
            if (System.nanoTime() > end) {
                throw new BenchException("nothing happened for 20 s");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
