// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one at a time, in order, on whichever thread finds it free, and never makes a thread
 * wait: who finds it busy leaves the task to whoever is inside.
 *
 * <p>Everything that is only touched by these tasks needs no other protection. Uncontended it costs
 * two atomic operations and allocates nothing.
 */
abstract class Serial {

    private static final Logger LOG = LoggerFactory.getLogger("agent.realtime_manager");

    private static final AtomicIntegerFieldUpdater<Serial> PENDING =
            AtomicIntegerFieldUpdater.newUpdater(Serial.class, "pending");

    @SuppressWarnings("rawtypes") // a field updater cannot carry the type argument
    private static final AtomicReferenceFieldUpdater<Serial, Queue> WAITING =
            AtomicReferenceFieldUpdater.newUpdater(Serial.class, Queue.class, "waiting");

    /** How many tasks are inside or wait. */
    private volatile int pending;

    /** Made when two threads first meet here; most never do. */
    private volatile Queue<Runnable> waiting;

    /** Enters when nobody is inside; whoever has entered must {@link #leave}. */
    final boolean tryEnter() {
        return pending == 0 && PENDING.compareAndSet(this, 0, 1);
    }

    /** Leaves, after the tasks that have come meanwhile. */
    final void leave() {
        int left = PENDING.decrementAndGet(this);
        if (left != 0) {
            drain(left);
        }
    }

    /** Runs {@code task} now, or leaves it to the thread that is inside. */
    final void submit(Runnable task) {
        if (tryEnter()) {
            try {
                run(task);
            } finally {
                leave();
            }
            return;
        }
        queue().add(task);
        if (PENDING.getAndIncrement(this) == 0) {
            drain(1);
        }
    }

    /** How many tasks are inside or wait. */
    final int backlog() {
        return pending;
    }

    private void drain(int seen) {
        Queue<Runnable> tasks = queue();
        int missed = seen;
        do {
            Runnable task;
            while ((task = tasks.poll()) != null) {
                run(task);
            }
            missed = PENDING.addAndGet(this, -missed);
        } while (missed != 0);
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException broken) { // a border: the tasks behind it must still run
            LOG.atError().setCause(broken).log("Channel task failed");
        }
    }

    @SuppressWarnings("unchecked") // see WAITING
    private Queue<Runnable> queue() {
        Queue<Runnable> made = waiting;
        if (made == null) {
            WAITING.compareAndSet(this, null, new ConcurrentLinkedQueue<>());
            made = waiting;
        }
        return made;
    }
}
