// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One publisher at a fixed rate, one subscriber: how long a message takes, from the moment at which
 * it was <em>meant</em> to be sent. A unit of work is one message.
 */
final class Paced extends PublishingWork {

    private static final String CHANNEL = "bench/paced";
    private static final int LOOP = 0;
    private static final int MOST_AT_ONCE = 2000; // catches up after the loader itself was held up

    private final EventLoop loop;
    private final long intervalNanos;
    private final Publications publications;

    // event loop
    private Channel publisher;
    private Histogram latency = new Histogram();
    private long begun;
    private long sent;
    private long got;

    Paced(Loader loader, Wire wire, int perSecond) {
        super(loader, wire);
        publications = wire.publications(CHANNEL, MOST_AT_ONCE);
        loop = loader.loop(LOOP);
        intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    @Override
    void open() {
        var arrivals = new Timing();
        publisher =
                clients()
                        .open(
                                List.of(
                                        clients().publisher(LOOP),
                                        clients().subscriber(LOOP, CHANNEL, arrivals)))
                        .get(0);
        loop.submit(TimerSlack::remove).syncUninterruptibly();
        start(); // sends one
    }

    @Override
    void start() {
        loop.submit(
                        () -> {
                            begun = System.nanoTime();
                            sent = 0;
                            got = 0;
                            tick();
                        })
                .syncUninterruptibly();
    }

    @Override
    public void warm() {
        loop.submit(() -> latency = new Histogram()).syncUninterruptibly();
    }

    @Override
    public double[] figures(double perSecond) {
        return new double[] {micros(0.50), micros(0.99)};
    }

    @Override
    void release() {
        publications.close();
    }

    private double micros(double share) {
        return latency.quantile(share) / 1e3;
    }

    private void tick() {
        if (!isRunning() && sent > 0) {
            return;
        }
        long due = (System.nanoTime() - begun) / intervalNanos + 1 - sent;
        int now = (int) Math.min(due, sent == 0 ? 1 : MOST_AT_ONCE);
        if (now > 0) {
            clients().await(LOOP, now);
            publisher.writeAndFlush(publications.next(now), publisher.voidPromise());
            sent += now;
        }
        long next = begun + sent * intervalNanos - System.nanoTime();
        loop.schedule(this::tick, Math.max(0, next), TimeUnit.NANOSECONDS);
    }

    private final class Timing implements Arrivals {

        @Override
        public void arrived(int messages) {
            clients().arrived(LOOP, messages);
            long now = System.nanoTime();
            for (int i = 0; i < messages; i++) {
                latency.record(now - (begun + got * intervalNanos));
                got++;
            }
        }

        @Override
        public void turnEnded() {
            clients().checkDrained();
        }
    }
}
