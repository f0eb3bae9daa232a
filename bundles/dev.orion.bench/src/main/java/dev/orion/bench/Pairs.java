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
final class Pairs implements Work {

    private final Loader loader;
    private final Wire wire;
    private final int count;
    private final int window;
    private final List<Pair> pairs = new ArrayList<>();
    private Clients clients;
    private volatile boolean running;

    Pairs(Loader loader, Wire wire, int count, int window) {
        this.loader = loader;
        this.wire = wire;
        this.count = count;
        this.window = window;
    }

    @Override
    public void open(int port) {
        clients = new Clients(loader, wire, port);
        List<Supplier<CompletableFuture<Channel>>> openings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            var pair = new Pair(i % Loader.LOOPS, "bench/pair/" + i);
            pairs.add(pair);
            openings.add(clients.publisher(pair.loop));
            openings.add(clients.subscriber(pair.loop, pair.channel, pair));
        }
        List<Channel> opened = clients.open(openings);
        for (int i = 0; i < count; i++) {
            pairs.get(i).publisher = opened.get(2 * i);
        }
        publish();
        clients.drain();
    }

    @Override
    public void begin() {
        running = true;
        publish();
    }

    @Override
    public void end() {
        running = false;
        for (int i = 0; i < Loader.LOOPS; i++) {
            loader.loop(i).submit(() -> {}).syncUninterruptibly(); // publishers under way
        }
        clients.drain();
    }

    @Override
    public long done() {
        return clients.arrived();
    }

    @Override
    public double[] figures(double perSecond) {
        return new double[] {perSecond};
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
        pairs.forEach(pair -> pair.publications.close());
    }

    private void publish() {
        for (Pair pair : pairs) {
            loader.loop(pair.loop).submit(() -> pair.publish(window)).syncUninterruptibly();
        }
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
            clients.await(loop, messages);
            publisher.writeAndFlush(publications.next(messages), publisher.voidPromise());
        }

        @Override
        public void arrived(int messages) {
            clients.arrived(loop, messages);
            toPublish += messages;
        }

        @Override
        public void turnEnded() {
            if (running && toPublish > 0) {
                publish(toPublish);
            }
            toPublish = 0;
            clients.checkDrained();
        }
    }
}
