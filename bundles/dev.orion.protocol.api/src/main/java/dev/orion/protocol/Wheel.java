// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes entries when they are due: one timer for all connections of an event loop.
 *
 * <p>Time is counted in turns of the timer, each at least a tick long, so that after a pause of the
 * whole process nobody is found late who had no chance to be in time.
 *
 * <p><b>Threads:</b> the event loop.
 *
 * <p><b>Ends:</b> the timer stops when the last entry leaves.
 */
public final class Wheel {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.protocol.api");
    private static final int SLOTS = 128; // a power of two

    private final EventExecutor loop;
    private final long tickMs;
    private final Runnable whenEmpty;
    private final Entry[] slots = new Entry[SLOTS];
    private final Entry expired = new Ring();
    private long now;
    private int size;
    private Future<?> timer;

    /**
     * A wheel that stands still.
     *
     * @param whenEmpty called when the last entry has left
     */
    public Wheel(EventExecutor loop, Duration tick, Runnable whenEmpty) {
        this.loop = loop;
        this.tickMs = tick.toMillis();
        this.whenEmpty = whenEmpty;
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Ring();
        }
    }

    /** Calls {@link Entry#due} once {@code delay} has passed; an earlier wish is forgotten. */
    public void schedule(Entry entry, long delayMs) {
        assert loop.inEventLoop();
        if (entry.isLinked()) {
            entry.unlink();
        } else {
            size++;
        }
        entry.dueAt = now + Math.max(1, (delayMs + tickMs - 1) / tickMs);
        entry.linkBefore(slots[(int) (entry.dueAt & (SLOTS - 1))]);
        if (timer == null) {
            timer = loop.scheduleWithFixedDelay(this::turn, tickMs, tickMs, TimeUnit.MILLISECONDS);
        }
    }

    /** Milliseconds, as the wheel counts them; they stand still while it has no entry. */
    public long nowMs() {
        return now * tickMs;
    }

    /** Forgets the entry's wish, if it has one. */
    public void cancel(Entry entry) {
        assert loop.inEventLoop();
        if (!entry.isLinked()) {
            return;
        }
        entry.unlink();
        size--;
        stopWhenEmpty();
    }

    /** Tells every entry that the wheel stops for good. */
    public void dismiss() {
        for (Entry slot : slots) {
            while (slot.next != slot) {
                Entry entry = slot.next;
                entry.unlink();
                size--;
                guarded(entry::dismissed);
            }
        }
        stopWhenEmpty();
    }

    private void turn() {
        now++;
        Entry slot = slots[(int) (now & (SLOTS - 1))];
        for (Entry entry = slot.next; entry != slot; ) {
            Entry following = entry.next;
            if (entry.dueAt == now) {
                entry.unlink();
                entry.linkBefore(expired);
            }
            entry = following;
        }
        while (expired.next != expired) {
            Entry entry = expired.next;
            entry.unlink();
            size--;
            if (!guarded(entry::due)) {
                guarded(entry::failed);
            }
        }
        stopWhenEmpty();
    }

    /** Runs what is an entry's own; what fails there costs no other entry its time. */
    private static boolean guarded(Runnable call) {
        try {
            call.run();
            return true;
        } catch (RuntimeException | Error broken) { // a border: the timer must go on
            LOG.atError().setCause(broken).log("Timer of a connection failed");
            return false;
        }
    }

    private void stopWhenEmpty() {
        if (size == 0 && timer != null) {
            timer.cancel(false);
            timer = null;
            whenEmpty.run();
        }
    }

    /** Something that is due at one moment at most. */
    public abstract static class Entry {

        private Entry previous = this;
        private Entry next = this;
        private long dueAt;

        /** The time has come. The entry is not scheduled any more, and may be again. */
        protected abstract void due();

        /** What was due could not be done, so that nothing will wake the entry again. */
        protected abstract void failed();

        /** The wheel stops: the time will never come. */
        protected abstract void dismissed();

        private boolean isLinked() {
            return next != this;
        }

        private void linkBefore(Entry entry) {
            previous = entry.previous;
            next = entry;
            entry.previous.next = this;
            entry.previous = this;
        }

        private void unlink() {
            previous.next = next;
            next.previous = previous;
            previous = this;
            next = this;
        }
    }

    private static final class Ring extends Entry {
        @Override
        protected void due() {
            throw new IllegalStateException("a ring is never due");
        }

        @Override
        protected void failed() {
            throw new IllegalStateException("a ring never fails");
        }

        @Override
        protected void dismissed() {
            throw new IllegalStateException("a ring is never dismissed");
        }
    }
}
