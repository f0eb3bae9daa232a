// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * When which session is to be looked at: one queue for all of them, read by one sweep, with at most
 * one place in it for each.
 *
 * <p><b>Threads:</b> any.
 */
final class Deadlines {

    /** Guards the queue, and the place of each session in it. */
    private final Object lock = new Object();

    private final TreeSet<Deadline> queue =
            new TreeSet<>(
                    Comparator.comparingLong(Deadline::atMs).thenComparingLong(Deadline::number));

    private long lastNumber;

    /** Has a session looked at then, and not before; {@link Long#MAX_VALUE} for not at all. */
    void set(LastingSession session, long atMs) {
        synchronized (lock) {
            if (session.deadline != null) {
                queue.remove(session.deadline);
                session.deadline = null;
            }
            if (atMs != Long.MAX_VALUE) {
                session.deadline = new Deadline(atMs, ++lastNumber, session);
                queue.add(session.deadline);
            }
        }
    }

    void remove(LastingSession session) {
        set(session, Long.MAX_VALUE);
    }

    /** Takes those whose time has come. */
    List<LastingSession> due(long nowMs) {
        List<LastingSession> due = new ArrayList<>();
        synchronized (lock) {
            while (!queue.isEmpty() && queue.first().atMs() <= nowMs) {
                LastingSession session = queue.pollFirst().session();
                session.deadline = null;
                due.add(session);
            }
        }
        return due;
    }

    int size() {
        synchronized (lock) {
            return queue.size();
        }
    }

    /**
     * A session's place in the queue.
     *
     * @param number tells places of the same time apart
     */
    record Deadline(long atMs, long number, LastingSession session) {}
}
