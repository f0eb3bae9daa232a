// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;

/** Work whose clients publish as long as it runs; a unit of it is one arrival. */
abstract class PublishingWork implements Work {

    private final Loader loader;
    private final Wire wire;
    private Clients clients; // null until it is opened
    private volatile boolean running;

    PublishingWork(Loader loader, Wire wire) {
        this.loader = loader;
        this.wire = wire;
    }

    /** Opens the clients, and publishes once to each subscriber. */
    abstract void open();

    /** Begins to publish. */
    abstract void start();

    /** Gives back what was encoded beforehand. */
    abstract void release();

    @Override
    public final void open(int port) {
        clients = new Clients(loader, wire, port);
        open();
        clients.drain();
    }

    @Override
    public final void begin() {
        running = true;
        start();
    }

    @Override
    public final void end() {
        running = false;
        for (int i = 0; i < Loader.LOOPS; i++) {
            loop(i).submit(() -> {}).syncUninterruptibly(); // publishers under way
        }
        clients.drain();
    }

    @Override
    public final long done() {
        return clients.arrived();
    }

    @Override
    public double[] figures(double perSecond) {
        return new double[] {perSecond};
    }

    @Override
    public final CompletableFuture<Void> lost() {
        return clients.lost();
    }

    @Override
    public final void close() {
        if (clients != null) {
            clients.close();
        }
        release();
    }

    final Clients clients() {
        return clients;
    }

    final EventLoop loop(int index) {
        return loader.loop(index);
    }

    final boolean isRunning() {
        return running;
    }
}
