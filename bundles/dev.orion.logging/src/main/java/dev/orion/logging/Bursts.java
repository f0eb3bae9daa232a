// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Lets the same record through {@link #AT_ONCE} times in a window; what comes beyond is a burst, of
 * which one a window passes and the others are counted.
 *
 * <p>A burst is over when a whole window has cut nothing. The first record that is cut is kept;
 * {@link #due} gives it back when the window is over, with the number of the others, so nothing
 * goes untold when a burst just ends. Records shown and {@code suppressed} fields always add up to
 * what was logged.
 *
 * <p>At most {@link #MOST} kinds of records are known at a time; more pass uncut.
 *
 * <p><b>Threads:</b> any; {@link #due} and {@link #rest} one at a time.
 */
final class Bursts {

    static final int MOST = 512;

    /** How many of a kind are no burst yet. */
    static final int AT_ONCE = 10;

    private final long windowNanos;
    private final ConcurrentHashMap<Kind, Window> windows = new ConcurrentHashMap<>();

    /**
     * @param window zero to let everything through
     */
    Bursts(Duration window) {
        windowNanos = window.toNanos();
    }

    /** What makes two records the same. */
    record Kind(String logger, String level, String message) {

        // By hand: what a record does by itself is linked at the first record that is logged,
        // which holds up a start by more than ten milliseconds.

        @Override
        public boolean equals(Object other) {
            return other instanceof Kind kind
                    && logger.equals(kind.logger)
                    && level.equals(kind.level)
                    && message.equals(kind.message);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * logger.hashCode() + level.hashCode()) + message.hashCode();
        }
    }

    /** Guarded by the map's own lock of its key. */
    private static final class Window {

        private long openedAt;
        private int room = AT_ONCE;
        private long cut;
        private Entry held;

        Window(long openedAt) {
            this.openedAt = openedAt;
        }

        boolean isOver(long now, long windowNanos) {
            return now - openedAt >= windowNanos;
        }

        /** Takes one record in: whether it passes, else it is counted. */
        boolean pass() {
            if (room > 0) {
                room--;
                return true;
            }
            cut++;
            return false;
        }

        /**
         * Opens the next window, and gives what was cut in this one; where that is any, it has room
         * for one record: the one that tells.
         */
        long reopen(long now) {
            long told = cut;
            openedAt = now;
            room = told == 0 ? AT_ONCE : 1;
            cut = 0;
            held = null;
            return told;
        }
    }

    /**
     * Decides about one record.
     *
     * @param entry asked only when the record passes or is kept
     * @return the record to write, or empty when it is cut
     */
    Optional<Entry> admit(Kind kind, Supplier<Entry> entry, long now) {
        if (windowNanos == 0 || (windows.mappingCount() >= MOST && !windows.containsKey(kind))) {
            return Optional.of(entry.get());
        }
        long told = note(kind, now);
        if (told >= 0) {
            return Optional.of(entry.get().suppressing(told));
        }
        if (told == KEEP) {
            keep(kind, entry.get());
        }
        return Optional.empty();
    }

    private static final long CUT = -1;
    private static final long KEEP = -2;

    /** The number to tell with the record, or {@link #CUT}, or {@link #KEEP}. */
    private long note(Kind kind, long now) {
        var told = new long[1];
        windows.compute(
                kind,
                (same, known) -> {
                    Window window = known == null ? new Window(now) : known;
                    if (window.isOver(now, windowNanos)) {
                        told[0] = window.reopen(now);
                    }
                    if (!window.pass()) {
                        told[0] = window.cut == 1 ? KEEP : CUT;
                    }
                    return window;
                });
        return told[0];
    }

    private void keep(Kind kind, Entry entry) {
        windows.computeIfPresent(
                kind,
                (same, window) -> {
                    if (window.cut > 0 && window.held == null) {
                        window.held = entry;
                    }
                    return window;
                });
    }

    boolean isEmpty() {
        return windows.isEmpty();
    }

    /** The records to write because their windows are over; forgets windows that cut nothing. */
    List<Entry> due(long now) {
        return collect(now, windowNanos);
    }

    /** Everything that is still kept, whatever the time. */
    List<Entry> rest() {
        return collect(0, Long.MIN_VALUE);
    }

    private List<Entry> collect(long now, long nanos) {
        var due = new ArrayList<Entry>();
        for (Kind kind : windows.keySet()) {
            windows.computeIfPresent(
                    kind,
                    (same, window) -> {
                        if (!(nanos == Long.MIN_VALUE || window.isOver(now, nanos))) {
                            return window;
                        }
                        if (window.held == null) {
                            return window.cut == 0 ? null : window;
                        }
                        Entry held = window.held;
                        due.add(held.suppressing(window.reopen(now) - 1));
                        window.pass();
                        return window;
                    });
        }
        return due;
    }
}
