// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The open clients of one piece of work, and what they have sent and got, counted on each event
 * loop by itself.
 */
final class Clients implements AutoCloseable {

    private static final int DRAIN_SECONDS = 20;

    private final Loader loader;
    private final Wire wire;
    private final int port;
    private final List<Channel> channels = new ArrayList<>();
    private final List<AtomicLong> arrived = List.of(new AtomicLong(), new AtomicLong());
    private final List<AtomicLong> awaited = List.of(new AtomicLong(), new AtomicLong());
    private final CompletableFuture<Void> lost = new CompletableFuture<>();
    private volatile CompletableFuture<Void> drained;

    Clients(Loader loader, Wire wire, int port) {
        this.loader = loader;
        this.wire = wire;
        this.port = port;
    }

    Supplier<CompletableFuture<Channel>> publisher(int loop) {
        return () -> open(loop, List.of(), messages -> {});
    }

    Supplier<CompletableFuture<Channel>> subscriber(int loop, String channel, Arrivals arrivals) {
        return () -> open(loop, List.of(channel), arrivals);
    }

    private CompletableFuture<Channel> open(int loop, List<String> names, Arrivals arrivals) {
        var client = new Client(port, names, arrivals, lost, new CompletableFuture<>());
        return loader.open(loop, wire, client);
    }

    List<Channel> open(List<Supplier<CompletableFuture<Channel>>> openings) {
        List<Channel> opened = loader.all(wire, openings);
        channels.addAll(opened);
        return opened;
    }

    /** Deliveries have come. Called on the loop of that index. */
    void arrived(int loop, int messages) {
        add(arrived.get(loop), messages);
    }

    /** Deliveries are going to come. Called on the loop of that index. */
    void await(int loop, long messages) {
        add(awaited.get(loop), messages);
    }

    long arrived() {
        return sum(arrived);
    }

    long awaited() {
        return sum(awaited);
    }

    CompletableFuture<Void> lost() {
        return lost;
    }

    /** Tells a waiting {@link #drain} if everything is here. Any event loop. */
    void checkDrained() {
        CompletableFuture<Void> waiting = drained;
        if (waiting != null && arrived() == awaited()) {
            waiting.complete(null);
        }
    }

    /** Waits for everything that has been sent; no more is sent meanwhile. */
    void drain() {
        drained = new CompletableFuture<>();
        checkDrained();
        var either = CompletableFuture.anyOf(drained, lost);
        try {
            Loader.await(either, DRAIN_SECONDS);
        } catch (BenchException failed) {
            String missing = awaited() - arrived() + " of " + awaited() + " deliveries missing";
            throw new BenchException(failed.getMessage() + "; " + missing, failed);
        }
        drained = null;
    }

    @Override
    public void close() {
        channels.forEach(channel -> channel.close());
        channels.forEach(channel -> channel.closeFuture().awaitUninterruptibly());
    }

    private static void add(AtomicLong counter, long more) {
        counter.lazySet(counter.getPlain() + more); // one writer, its loop
    }

    private static long sum(List<AtomicLong> counters) {
        long sum = 0;
        for (int i = 0; i < counters.size(); i++) {
            sum += counters.get(i).get();
        }
        return sum;
    }
}
