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
 *
 * <p><b>Ends:</b> it closes for good when nobody is inside, nothing waits and it {@link
 * #isFinished}. A task that was taken is always run, so one that comes to its successor is later
 * than it.
 */
abstract class Serial {

    private static final Logger LOG = LoggerFactory.getLogger("agent.realtime_manager");

    /** Never again 0, however many tasks are still counted in vain. */
    private static final int CLOSED = Integer.MIN_VALUE;

    private static final AtomicIntegerFieldUpdater<Serial> PENDING =
            AtomicIntegerFieldUpdater.newUpdater(Serial.class, "pending");

    @SuppressWarnings("rawtypes") // a field updater cannot carry the type argument
    private static final AtomicReferenceFieldUpdater<Serial, Queue> WAITING =
            AtomicReferenceFieldUpdater.newUpdater(Serial.class, Queue.class, "waiting");

    /** How many tasks are inside or wait; negative when it is closed. */
    private volatile int pending;

    /** Made when two threads first meet here; most never do. */
    private volatile Queue<Runnable> waiting;

    /** Enters when nobody is inside; whoever has entered must {@link #leave}. */
    final boolean tryEnter() {
        return pending == 0 && PENDING.compareAndSet(this, 0, 1);
    }

    /** Leaves, after the tasks that have come meanwhile. */
    final void leave() {
        int left = tryLeave(1);
        if (left != 0) {
            drain(left);
        }
    }

    /**
     * Runs {@code task} now, or leaves it to the thread that is inside.
     *
     * @param task an object of its own, submitted once
     * @return false when this is closed, so that the task is never run
     */
    final boolean submit(Runnable task) {
        if (tryEnter()) {
            try {
                run(task);
            } finally {
                leave();
            }
            return true;
        }
        if (pending < 0) {
            return false;
        }
        Queue<Runnable> tasks = queue();
        tasks.add(task);
        int before = PENDING.getAndIncrement(this);
        if (before == 0) {
            drain(1);
        } else if (before < 0) {
            return !tasks.remove(task); // it closed just now; did it take the task before?
        }
        return true;
    }

    /** Whether it is to close when nothing waits. Inside. */
    boolean isFinished() {
        return false;
    }

    /** It has closed; called once, by the thread that was inside. */
    void closed() {}

    /** How many tasks are inside or wait. */
    final int backlog() {
        return pending;
    }

    private void drain(int seen) {
        Queue<Runnable> tasks = queue();
        int counted = seen;
        do {
            Runnable task;
            while ((task = tasks.poll()) != null) {
                run(task);
            }
            counted = tryLeave(counted);
        } while (counted != 0);
    }

    /** Leaves, unless more than {@code done} tasks are counted: returns how many are left. */
    private int tryLeave(int done) {
        if (pending == done) {
            boolean closes = isFinished();
            if (PENDING.compareAndSet(this, done, closes ? CLOSED : 0)) {
                if (closes) {
                    closed();
                }
                return 0;
            }
        }
        return PENDING.addAndGet(this, -done);
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error broken) { // a border: others' tasks are behind it
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
