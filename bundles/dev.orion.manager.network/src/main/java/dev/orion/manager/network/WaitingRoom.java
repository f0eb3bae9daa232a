// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Connections of one listener that wait for somebody who speaks its protocol.
 *
 * <p>Bounded in number: who finds it full is turned away. Bounded in time: one timer, for the one
 * that came first, and only while somebody waits.
 *
 * <p><b>Threads:</b> any. {@code overdue} is called on the connection's event loop, for a
 * connection that is no longer in the room.
 */
final class WaitingRoom {

    private final int size;
    private final long maxWaitNanos;
    private final Consumer<TrackedConnection> overdue;

    /** Guards the two fields below it. */
    private final Object lock = new Object();

    private final Set<TrackedConnection> waiting = new LinkedHashSet<>();
    private boolean timed;

    WaitingRoom(int size, Duration maxWait, Consumer<TrackedConnection> overdue) {
        this.size = size;
        this.maxWaitNanos = maxWait.toNanos();
        this.overdue = overdue;
    }

    /** Whether there was room. Event loop of the connection. */
    boolean enter(TrackedConnection connection) {
        boolean first;
        synchronized (lock) {
            if (waiting.size() >= size) {
                return false;
            }
            waiting.add(connection);
            first = !timed;
            timed = true;
        }
        if (first) {
            lookAgain(connection.channel().eventLoop(), maxWaitNanos);
        }
        return true;
    }

    /** Whether it was there until now. */
    boolean leave(TrackedConnection connection) {
        synchronized (lock) {
            return waiting.remove(connection);
        }
    }

    boolean contains(TrackedConnection connection) {
        synchronized (lock) {
            return waiting.contains(connection);
        }
    }

    /** Who waits now, in the order in which they came. */
    List<TrackedConnection> waiting() {
        synchronized (lock) {
            return List.copyOf(waiting);
        }
    }

    private void lookAgain(EventLoop loop, long delayNanos) {
        try {
            loop.schedule(() -> sweep(loop), delayNanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException loopsHaveEnded) {
            waiting().forEach(connection -> connection.channel().close());
        }
    }

    private void sweep(EventLoop loop) {
        long now = System.nanoTime();
        List<TrackedConnection> late = new ArrayList<>();
        long next = 0;
        synchronized (lock) {
            for (TrackedConnection connection : waiting) {
                long left = connection.openedNanos() + maxWaitNanos - now;
                if (left > 0) {
                    next = next == 0 ? left : Math.min(next, left);
                } else {
                    late.add(connection);
                }
            }
            timed = next > 0;
        }
        if (next > 0) {
            lookAgain(loop, next);
        }
        late.forEach(connection -> Connections.onLoop(connection, () -> dismiss(connection)));
    }

    private void dismiss(TrackedConnection connection) {
        if (leave(connection)) {
            overdue.accept(connection);
        }
    }
}
