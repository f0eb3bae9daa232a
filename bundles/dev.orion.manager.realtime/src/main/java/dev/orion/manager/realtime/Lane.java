// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * What one event loop has to deliver, gathered over a turn of the loop.
 *
 * <p>Whoever publishes puts messages into groups and marks the groups dirty. The lane is woken once
 * per turn of the publishing loop, however many messages that turn brought, writes what the groups
 * hold, and flushes each client once.
 */
final class Lane implements Runnable {

    /** The lane of the event loop that is running, if it has one. */
    private static final FastThreadLocal<Lane> CURRENT = new FastThreadLocal<>();

    private final Executor executor;
    private final BooleanSupplier isRunning;

    // any thread
    private final AtomicReference<LaneTask> dirty = new AtomicReference<>();
    private final AtomicInteger scheduled = new AtomicInteger();

    private volatile boolean dead;

    // this lane's thread
    private final List<Lane> touched = new ArrayList<>();
    private final List<Delivery> unflushed = new ArrayList<>();

    /** How many sessions use it; guarded by the map that {@link Lanes} keeps. */
    int sessions;

    /** The lane of an event loop. */
    Lane(EventLoop loop) {
        this(loop, loop::inEventLoop);
    }

    /** A lane of threads that are nobody's own. */
    Lane(Executor executor) {
        this(executor, () -> false);
    }

    private Lane(Executor executor, BooleanSupplier isRunning) {
        this.executor = executor;
        this.isRunning = isRunning;
    }

    /** The lane of the running event loop; null on other threads. */
    static Lane current() {
        return CURRENT.get();
    }

    /** Says that the running thread is this lane's. */
    void makeCurrent() {
        CURRENT.set(this);
    }

    /** Says that the running thread is nobody's lane any more. */
    void makePast() {
        if (CURRENT.get() == this) {
            CURRENT.remove(); // a thread outlives this bundle, whose classes it must not keep
        }
    }

    /** Whether its thread has ended, so that nothing is delivered any more. */
    boolean isDead() {
        return dead;
    }

    /** Remembers a group that holds something new. Any thread. */
    void push(LaneTask task) {
        LaneTask top;
        do {
            top = dirty.get();
            task.nextDirty = top;
        } while (!dirty.compareAndSet(top, task));
    }

    /**
     * Sees to it that {@code other}, which has dirty groups, is woken: at the end of this turn
     * where the running thread is an event loop with a lane, else at once.
     *
     * @param from the lane of the running thread, or null
     */
    static void wake(Lane other, Lane from) {
        if (from == null) {
            other.signal();
            return;
        }
        if (other != from && !from.touched.contains(other)) {
            from.touched.add(other);
        }
        from.signal();
    }

    /** Runs this lane's work once more. Any thread. */
    void signal() {
        if (scheduled.get() == 0 && scheduled.compareAndSet(0, 1)) {
            execute(this);
        }
    }

    /** Runs a task on this lane's thread: at once where that is the running one. */
    void perform(Runnable task) {
        if (isRunning.getAsBoolean()) {
            task.run();
        } else {
            execute(task);
        }
    }

    /** Runs a task on this lane's thread; returns false when that thread has ended. */
    boolean execute(Runnable task) {
        try {
            executor.execute(task);
            return true;
        } catch (RejectedExecutionException ended) {
            // The event loop is gone and all of its connections with it: nobody is left to deliver
            // to, and whoever publishes must not suffer.
            dead = true;
            for (LaneTask left = dirty.getAndSet(null); left != null; left = left.nextDirty) {
                left.abandon();
            }
            return false;
        }
    }

    /** Flushes {@code delivery} when the groups of this turn are written. This lane's thread. */
    void flushLater(Delivery delivery) {
        unflushed.add(delivery);
    }

    @Override
    public void run() {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).signal(); // first, so that the others write while this one does
        }
        touched.clear();
        scheduled.set(0);
        LaneTask task = oldestFirst(dirty.getAndSet(null));
        while (task != null) {
            LaneTask next = task.nextDirty;
            task.nextDirty = null;
            task.markClean();
            task.drain();
            task = next;
        }
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flush();
        }
        unflushed.clear();
    }

    private static LaneTask oldestFirst(LaneTask newest) {
        LaneTask oldest = null;
        LaneTask at = newest;
        while (at != null) {
            LaneTask next = at.nextDirty;
            at.nextDirty = oldest;
            oldest = at;
            at = next;
        }
        return oldest;
    }
}
