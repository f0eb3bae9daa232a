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
final class FanIn extends PublishingWork {

    private static final String CHANNEL = "bench/in";
    private static final int LOOP = 0;

    private final int count;
    private final Publications publications;
    private List<Channel> publishers;
    private int turn;

    FanIn(Loader loader, Wire wire, int publishers) {
        super(loader, wire);
        count = publishers;
        publications = wire.publications(CHANNEL, 1);
    }

    @Override
    void open() {
        List<Supplier<CompletableFuture<Channel>>> openings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            openings.add(clients().publisher(LOOP));
        }
        openings.add(clients().subscriber(LOOP, CHANNEL, new Counting()));
        publishers = clients().open(openings).subList(0, count);
        start();
    }

    @Override
    void start() {
        loop(LOOP).submit(() -> publish(count)).syncUninterruptibly();
    }

    @Override
    void release() {
        publications.close();
    }

    private void publish(int messages) {
        clients().await(LOOP, messages);
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
            clients().arrived(LOOP, messages);
            arrived += messages;
        }

        @Override
        public void turnEnded() {
            int messages = arrived;
            arrived = 0;
            if (isRunning() && messages > 0) {
                publish(messages);
            }
            clients().checkDrained();
        }
    }
}
