// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/** Requests over some connections to a server that sends them back; a unit is an answer. */
final class EchoWork implements Work {

    private static final int OPEN_SECONDS = 10;
    private static final int DRAIN_SECONDS = 20;
    private static final int WARM_UP_UNITS = 1_000_000;
    private static final int WARM_UP_SECONDS = 20;
    private static final long LOOK_MILLIS = 50;

    /** Makes a client that counts its answers, and tells when it is lost. */
    interface Maker {
        EchoClient make(LongAdder done, CompletableFuture<Void> lost);
    }

    private final Loader loader;
    private final LongAdder done = new LongAdder();
    private final CompletableFuture<Void> lost = new CompletableFuture<>();
    private final List<EchoClient> clients = new ArrayList<>();
    private final List<Channel> channels = new ArrayList<>();
    private final int warmUpUnits;

    EchoWork(Loader loader, int connections, Maker maker) {
        this(loader, connections, WARM_UP_UNITS, maker);
    }

    /**
     * @param warmUpUnits answers that it gets before it is open: compilers are done with HTTP later
     *     than with a frame
     */
    EchoWork(Loader loader, int connections, int warmUpUnits, Maker maker) {
        this.loader = loader;
        this.warmUpUnits = warmUpUnits;
        for (int i = 0; i < connections; i++) {
            clients.add(maker.make(done, lost));
        }
    }

    @Override
    public void open(int port) {
        for (EchoClient client : clients) {
            channels.add(connect(channels.size() % Loader.LOOPS, port, client));
        }
        Loader.await(all(clients.stream().map(EchoClient::opened).toList()), OPEN_SECONDS);
        warmUp();
    }

    private void warmUp() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WARM_UP_SECONDS);
        begin();
        while (done() < warmUpUnits && System.nanoTime() < end && !lost.isDone()) {
            pass();
        }
        end();
    }

    private void pass() {
        try {
            lost.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException nobodyWasLost) {
            assert nobodyWasLost != null;
        } catch (ExecutionException told) {
            throw new BenchException(told.getCause().getMessage(), told);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", stop);
        }
    }

    @Override
    public void begin() {
        clients.forEach(EchoClient::begin);
    }

    @Override
    public void end() {
        CompletableFuture<Void> settled = all(clients.stream().map(EchoClient::stop).toList());
        Loader.await(CompletableFuture.anyOf(settled, lost), DRAIN_SECONDS);
    }

    @Override
    public long done() {
        return done.sum();
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
        lost.complete(null); // what is closed now was not lost
        channels.forEach(channel -> channel.close().syncUninterruptibly());
    }

    private Channel connect(int loop, int port, EchoClient client) {
        return new Bootstrap()
                .group(loader.loop(loop))
                .channel(Transport.forLoader().channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(client)
                .connect(InetAddress.getLoopbackAddress(), port)
                .syncUninterruptibly()
                .channel();
    }

    private static CompletableFuture<Void> all(List<CompletableFuture<Void>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
    }
}
