// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One publisher at a fixed rate, one subscriber: how long a message takes, from the moment at which
 * it was <em>meant</em> to be sent. A unit of work is one message.
 */
final class Paced implements Work {

    private static final String CHANNEL = "bench/paced";
    private static final int LOOP = 0;
    private static final int MOST_AT_ONCE = 2000; // catches up after the loader itself was held up

    private final EventLoop loop;
    private final Loader loader;
    private final long intervalNanos;
    private final Wire wire;
    private final Publications publications;

    private Clients clients;
    private volatile boolean running;

    // event loop
    private Channel publisher;
    private Histogram latency = new Histogram();
    private long begun;
    private long sent;
    private long got;

    Paced(Loader loader, Wire wire, int perSecond) {
        this.loader = loader;
        this.wire = wire;
        publications = wire.publications(CHANNEL, MOST_AT_ONCE);
        loop = loader.loop(LOOP);
        intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    @Override
    public void open(int port) {
        clients = new Clients(loader, wire, port);
        var arrivals = new Timing();
        publisher =
                clients.open(
                                List.of(
                                        clients.publisher(LOOP),
                                        clients.subscriber(LOOP, CHANNEL, arrivals)))
                        .get(0);
        loop.submit(TimerSlack::remove).syncUninterruptibly();
        begin();
        end();
    }

    @Override
    public void begin() {
        running = true;
        loop.execute(
                () -> {
                    begun = System.nanoTime();
                    sent = 0;
                    got = 0;
                    tick();
                });
    }

    @Override
    public void warm() {
        loop.submit(() -> latency = new Histogram()).syncUninterruptibly();
    }

    @Override
    public void end() {
        running = false;
        loop.submit(() -> {}).syncUninterruptibly();
        clients.drain();
    }

    @Override
    public long done() {
        return clients.arrived();
    }

    @Override
    public double[] figures(double perSecond) {
        return new double[] {micros(0.50), micros(0.99)};
    }

    @Override
    public CompletableFuture<Void> lost() {
        return clients.lost();
    }

    @Override
    public void close() {
        if (clients != null) {
            clients.close();
        }
        publications.close();
    }

    private double micros(double share) {
        return latency.quantile(share) / 1e3;
    }

    private void tick() {
        if (!running && sent > 0) {
            return;
        }
        long due = (System.nanoTime() - begun) / intervalNanos + 1 - sent;
        int now = (int) Math.min(due, sent == 0 ? 1 : MOST_AT_ONCE);
        if (now > 0) {
            clients.await(LOOP, now);
            publisher.writeAndFlush(publications.next(now), publisher.voidPromise());
            sent += now;
        }
        long next = begun + sent * intervalNanos - System.nanoTime();
        loop.schedule(this::tick, Math.max(0, next), TimeUnit.NANOSECONDS);
    }

    private final class Timing implements Arrivals {

        @Override
        public void arrived(int messages) {
            clients.arrived(LOOP, messages);
            long now = System.nanoTime();
            for (int i = 0; i < messages; i++) {
                latency.record(now - (begun + got * intervalNanos));
                got++;
            }
        }

        @Override
        public void turnEnded() {
            clients.checkDrained();
        }
    }
}
