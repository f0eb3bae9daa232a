// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Lets the same record through at most once in a window, and counts the others.
 *
 * <p>The first record that is cut is kept; {@link #due} gives it back when the window is over, with
 * the number of the others, so nothing goes untold when a burst just ends. Records shown and {@code
 * suppressed} fields always add up to what was logged.
 *
 * <p>At most {@link #MOST} kinds of records are known at a time; more pass uncut.
 *
 * <p><b>Threads:</b> any; {@link #due} and {@link #rest} one at a time.
 */
final class Bursts {

    static final int MOST = 512;

    private final long windowNanos;
    private final ConcurrentHashMap<Kind, Window> windows = new ConcurrentHashMap<>();

    /**
     * @param window zero to let everything through
     */
    Bursts(Duration window) {
        windowNanos = window.toNanos();
    }

    /** What makes two records the same. */
    record Kind(String logger, String level, String message) {}

    /** Guarded by the map's own lock of its key. */
    private static final class Window {

        private long openedAt;
        private long cut;
        private Entry held;

        Window(long openedAt) {
            this.openedAt = openedAt;
        }

        boolean isOver(long now, long windowNanos) {
            return now - openedAt >= windowNanos;
        }

        /** Closes this window, opens the next one, and gives what was cut in it. */
        long reopen(long now) {
            long told = cut;
            openedAt = now;
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
                (same, window) -> {
                    if (window == null) {
                        return new Window(now);
                    }
                    if (window.isOver(now, windowNanos)) {
                        told[0] = window.reopen(now);
                        return window;
                    }
                    window.cut++;
                    told[0] = window.cut == 1 ? KEEP : CUT;
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
                        return window;
                    });
        }
        return due;
    }
}
