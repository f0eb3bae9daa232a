// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Many publishers of one channel, one subscriber; as many messages on their way as there are
 * publishers, who take turns. A unit of work is one message.
 *
 * <p>All clients are on one event loop, so that turns need no hand-over.
 */
final class FanIn implements Work {

    private static final String CHANNEL = "bench/in";
    private static final int LOOP = 0;

    private final Loader loader;
    private final Wire wire;
    private final int count;
    private final Publications publications;
    private Clients clients;
    private List<Channel> publishers;
    private int turn;
    private volatile boolean running;

    FanIn(Loader loader, Wire wire, int publishers) {
        this.loader = loader;
        this.wire = wire;
        count = publishers;
        publications = wire.publications(CHANNEL, 1);
    }

    @Override
    public void open(int port) {
        clients = new Clients(loader, wire, port);
        List<Supplier<CompletableFuture<Channel>>> openings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            openings.add(clients.publisher(LOOP));
        }
        openings.add(clients.subscriber(LOOP, CHANNEL, new Counting()));
        publishers = clients.open(openings).subList(0, count);
        onLoop(() -> publish(count));
        clients.drain();
    }

    @Override
    public void begin() {
        running = true;
        onLoop(() -> publish(count));
    }

    @Override
    public void end() {
        running = false;
        onLoop(() -> {});
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
        publications.close();
    }

    private void onLoop(Runnable task) {
        loader.loop(LOOP).submit(task).syncUninterruptibly();
    }

    private void publish(int messages) {
        clients.await(LOOP, messages);
        for (int i = 0; i < messages; i++) {
            Channel publisher = publishers.get(turn);
            publisher.writeAndFlush(publications.next(1), publisher.voidPromise());
            turn = (turn + 1) % count;
        }
    }

    private final class Counting implements Arrivals {

        private int arrived;

        @Override
        public void arrived(int messages) {
            clients.arrived(LOOP, messages);
            arrived += messages;
        }

        @Override
        public void turnEnded() {
            int messages = arrived;
            arrived = 0;
            if (running && messages > 0) {
                publish(messages);
            }
            clients.checkDrained();
        }
    }
}
