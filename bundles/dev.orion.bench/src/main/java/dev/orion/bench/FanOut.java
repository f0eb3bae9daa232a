// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * One publisher, many subscribers of one channel, and never more messages on their way than a
 * window: 1 is "one in flight", a large one saturates the server. A unit of work is one delivery.
 */
final class FanOut extends PublishingWork {

    private static final String CHANNEL = "bench/fan";
    private static final int PUBLISHER_LOOP = 0;

    private final int subscribers;
    private final int window;
    private final int step; // the least that is worth a write
    private final Publications publications;
    private final AtomicBoolean pumping = new AtomicBoolean();

    private Channel publisher;

    FanOut(Loader loader, Wire wire, int subscribers, int window) {
        super(loader, wire);
        this.subscribers = subscribers;
        this.window = window;
        step = Math.max(1, window / 4);
        publications = wire.publications(CHANNEL, window);
    }

    @Override
    void open() {
        List<Supplier<CompletableFuture<Channel>>> openings = new ArrayList<>();
        openings.add(clients().publisher(PUBLISHER_LOOP));
        for (int i = 0; i < subscribers; i++) {
            int loop = i % Loader.LOOPS;
            openings.add(clients().subscriber(loop, CHANNEL, new Counting(loop)));
        }
        publisher = clients().open(openings).get(0);
        publisherLoop().submit(() -> publish(1)).syncUninterruptibly();
    }

    @Override
    void start() {
        publisherLoop().execute(this::pump);
    }

    @Override
    void release() {
        publications.close();
    }

    private EventLoop publisherLoop() {
        return loop(PUBLISHER_LOOP);
    }

    /** How many messages the window has room for. */
    private int room() {
        return window
                - (int)
                        ((clients().awaited() - clients().arrived() + subscribers - 1)
                                / subscribers);
    }

    private void pump() {
        pumping.set(false);
        int room = room();
        if (isRunning() && room >= step) {
            publish(room);
        }
    }

    private void publish(int messages) {
        clients().await(PUBLISHER_LOOP, (long) messages * subscribers);
        publisher.writeAndFlush(publications.next(messages), publisher.voidPromise());
    }

    private final class Counting implements Arrivals {

        private final int loop;

        Counting(int loop) {
            this.loop = loop;
        }

        @Override
        public void arrived(int messages) {
            clients().arrived(loop, messages);
        }

        @Override
        public void turnEnded() {
            if (isRunning() && room() >= step && pumping.compareAndSet(false, true)) {
                publisherLoop().execute(FanOut.this::pump);
            }
            clients().checkDrained();
        }
    }
}
