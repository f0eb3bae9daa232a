// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.net.ConnectionEvent;
import dev.orion.net.ConnectionEvent.Data;
import dev.orion.net.ConnectionEvent.Missed;
import dev.orion.net.ConnectionListener;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits for one listener, which is told it at its own pace.
 *
 * <p>Bounded: when it is full what comes is missed, and counted. Bytes take half of it at most, so
 * that who comes and goes is not missed for them.
 *
 * <p><b>Threads:</b> any; never blocks. The listener is called on the executor, in one task at a
 * time, and never with the lock held.
 */
final class Mailbox {

    static final int SIZE = 1024;

    private static final Logger log = LoggerFactory.getLogger("agent.network_manager");
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ConnectionListener listener;
    private final boolean wantsData;
    private final Executor executor;

    /** Guards the fields below it. */
    private final Object lock = new Object();

    private final Queue<ConnectionEvent> waiting = new ArrayDeque<>();
    private long missed;
    private boolean running;
    private boolean closed;

    // the task that runs now
    private long failures;
    private long failedNanos;

    Mailbox(ConnectionListener listener, boolean wantsData, Executor executor) {
        this.listener = listener;
        this.wantsData = wantsData;
        this.executor = executor;
    }

    boolean isOf(ConnectionListener other) {
        return listener == other;
    }

    boolean wantsData() {
        return wantsData;
    }

    /** Puts an event in, or counts it as missed. */
    void put(ConnectionEvent event) {
        synchronized (lock) {
            if (closed) {
                return;
            }
            if (waiting.size() >= (event instanceof Data ? SIZE / 2 : SIZE)) {
                missed++;
                return;
            }
            addMissed();
            waiting.add(event);
            if (running) {
                return;
            }
            running = true;
        }
        try {
            executor.execute(this::tell);
        } catch (RejectedExecutionException ended) {
            close();
        }
    }

    /** Begins no further call. */
    void close() {
        synchronized (lock) {
            closed = true;
            waiting.clear();
            missed = 0;
        }
    }

    private void tell() {
        ConnectionEvent next = next();
        while (next != null) {
            tell(next);
            next = next();
        }
    }

    private ConnectionEvent next() {
        synchronized (lock) {
            if (waiting.isEmpty()) {
                addMissed();
            }
            ConnectionEvent next = waiting.poll();
            running = next != null;
            return next;
        }
    }

    /** Says where events are missing: before the first one for which there was room again. */
    private void addMissed() {
        if (missed > 0) {
            waiting.add(new Missed(ConnectionEvents.now(), missed));
            missed = 0;
        }
    }

    private void tell(ConnectionEvent event) {
        try {
            listener.happened(event);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError broken) {
            failed(broken);
        }
    }

    /** One record for a burst: the next one after some time without a failure. */
    private void failed(Throwable broken) {
        long now = System.nanoTime();
        boolean first = failures == 0 || now - failedNanos > QUIET_NANOS;
        failures++;
        failedNanos = now;
        if (first) {
            log.atWarn()
                    .addKeyValue("class", listener.getClass().getName())
                    .addKeyValue("failures", failures)
                    .setCause(broken)
                    .log("Connection listener failed");
        }
    }
}
