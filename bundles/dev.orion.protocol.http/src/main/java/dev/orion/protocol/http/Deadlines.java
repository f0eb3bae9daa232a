// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The deadlines of all connections of one event loop, looked at twice a second by one timer, which
 * runs only while there are any.
 *
 * <p><b>Threads:</b> the event loop.
 */
final class Deadlines {

    private static final Duration STEP = Duration.ofMillis(500);
    private static final long STEP_NANOS = STEP.toNanos();

    private final EventLoop loop;
    private final Ticker ticker;
    private final Deadline ring = new Deadline(() -> {}); // begin and end of the list
    private boolean ticking;
    private long now; // when the last tick was: setting a deadline reads no clock

    Deadlines(EventLoop loop) {
        this.loop = loop;
        this.ticker = ticker(loop);
    }

    /** The time of an event loop, which tests may stop. */
    static Ticker ticker(EventLoop loop) {
        return loop instanceof AbstractScheduledEventExecutor executor
                ? executor.ticker()
                : Ticker.systemTicker();
    }

    /** A deadline that is not set yet; {@code passed} is called each time that it passes. */
    Deadline add(Runnable passed) {
        assert loop.inEventLoop();
        var deadline = new Deadline(passed);
        deadline.next = ring;
        deadline.previous = ring.previous;
        ring.previous.next = deadline;
        ring.previous = deadline;
        if (!ticking) {
            ticking = true;
            now = ticker.nanoTime();
            tickLater();
        }
        return deadline;
    }

    private void tickLater() {
        loop.schedule(this::tick, STEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        now = ticker.nanoTime();
        Deadline deadline = ring.next;
        while (deadline != ring) {
            Deadline next = deadline.next; // the action may remove this one
            deadline.check();
            deadline = next;
        }
        ticking = ring.next != ring;
        if (ticking) {
            tickLater();
        }
    }

    /** One connection's deadline. */
    final class Deadline {

        private final Runnable passed;
        private Deadline previous = this;
        private Deadline next = this;
        private boolean set;
        private long at;

        private Deadline(Runnable passed) {
            this.passed = passed;
        }

        /** Sets it to this time from now; it passes up to two steps later, and never earlier. */
        void after(Duration time) {
            set = true;
            at = now + STEP_NANOS + time.toNanos(); // a tick may be all but due
        }

        /** Takes it back. */
        void never() {
            set = false;
        }

        /** It is not needed any more. Calling it again does nothing. */
        void remove() {
            set = false;
            if (previous != this) {
                previous.next = next;
                next.previous = previous;
                previous = this; // and next stays, for the tick that may be here now
            }
        }

        private void check() {
            if (set && now - at >= 0) {
                set = false;
                passed.run();
            }
        }
    }
}
