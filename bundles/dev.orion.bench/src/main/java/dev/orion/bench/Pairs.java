// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Many publishers, each to a channel of its own with one subscriber, each with so many messages on
 * their way at any time. A unit of work is one message.
 */
final class Pairs extends PublishingWork {

    private final Wire wire;
    private final int count;
    private final int window;
    private final List<Pair> pairs = new ArrayList<>();

    Pairs(Loader loader, Wire wire, int count, int window) {
        super(loader, wire);
        this.wire = wire;
        this.count = count;
        this.window = window;
    }

    @Override
    void open() {
        List<Supplier<CompletableFuture<Channel>>> openings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            var pair = new Pair(i % Loader.LOOPS, "bench/pair/" + i);
            pairs.add(pair);
            openings.add(clients().publisher(pair.loop));
            openings.add(clients().subscriber(pair.loop, pair.channel, pair));
        }
        List<Channel> opened = clients().open(openings);
        for (int i = 0; i < count; i++) {
            pairs.get(i).publisher = opened.get(2 * i);
        }
        start();
    }

    @Override
    void start() {
        for (Pair pair : pairs) {
            loop(pair.loop).submit(() -> pair.publish(window)).syncUninterruptibly();
        }
    }

    @Override
    void release() {
        pairs.forEach(pair -> pair.publications.close());
    }

    /** A publisher and its subscriber, on one event loop. */
    private final class Pair implements Arrivals {

        private final int loop;
        private final String channel;
        private final Publications publications;
        private Channel publisher;
        private int toPublish;

        Pair(int loop, String channel) {
            this.loop = loop;
            this.channel = channel;
            publications = wire.publications(channel, window);
        }

        void publish(int messages) {
            clients().await(loop, messages);
            publisher.writeAndFlush(publications.next(messages), publisher.voidPromise());
        }

        @Override
        public void arrived(int messages) {
            clients().arrived(loop, messages);
            toPublish += messages;
        }

        @Override
        public void turnEnded() {
            if (isRunning() && toPublish > 0) {
                publish(toPublish);
            }
            toPublish = 0;
            clients().checkDrained();
        }
    }
}
