// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.net.ListenerInfo;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Those who wait until listeners are bound or have failed to be.
 *
 * <p><b>Threads:</b> any.
 *
 * <p><b>Ends:</b> {@link #close} fails who waits, and whoever comes later.
 */
final class Settling {

    private final Supplier<List<ListenerInfo>> listeners;
    private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    Settling(Supplier<List<ListenerInfo>> listeners) {
        this.listeners = listeners;
    }

    CompletableFuture<List<ListenerInfo>> settled(Set<String> names) {
        var waiter = new Waiter(Set.copyOf(names), new CompletableFuture<>());
        waiters.add(waiter);
        if (closed) { // looked at behind the adding: who closes looks the other way round
            failAll();
        } else {
            changed();
        }
        return waiter.stage();
    }

    void close() {
        closed = true;
        failAll();
    }

    private void failAll() {
        Waiter waiter;
        while ((waiter = waiters.poll()) != null) {
            waiter.stage()
                    .completeExceptionally(
                            new IllegalStateException("closed: this network manager has ended"));
        }
    }

    /** Some listener has come, gone, or changed its state. */
    void changed() {
        List<ListenerInfo> now = listeners.get();
        waiters.removeIf(waiter -> waiter.isDone(now));
    }

    private record Waiter(Set<String> names, CompletableFuture<List<ListenerInfo>> stage) {

        boolean isDone(List<ListenerInfo> all) {
            List<ListenerInfo> settled =
                    all.stream()
                            .filter(listener -> names.contains(listener.name()))
                            .filter(listener -> listener.state() != ListenerInfo.State.BINDING)
                            .toList();
            return settled.size() == names.size() && stage.complete(settled);
        }
    }
}
