// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import dev.orion.log.LogRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * The last records.
 *
 * <p><b>Threads:</b> any.
 */
final class RecentRecords {

    static final int KEPT = 1_000;

    private final Object lock = new Object(); // guards entries

    private final ArrayDeque<Entry> entries = new ArrayDeque<>(KEPT);

    void add(Entry entry) {
        synchronized (lock) {
            if (entries.size() == KEPT) {
                entries.removeFirst();
            }
            entries.addLast(entry);
        }
    }

    /** The last {@code count}, oldest first. */
    List<LogRecord> last(int count) {
        List<Entry> all;
        synchronized (lock) {
            all = new ArrayList<>(entries);
        }
        int from = Math.max(0, all.size() - Math.max(0, count));
        return all.subList(from, all.size()).stream().map(RecentRecords::record).toList();
    }

    private static LogRecord record(Entry entry) {
        var fields = new LinkedHashMap<String, String>();
        entry.fields()
                .forEach(
                        (key, value) ->
                                fields.put(
                                        Escapes.oneLine(key),
                                        Escapes.oneLine(String.valueOf(value))));
        entry.error()
                .ifPresent(
                        error -> fields.put("error", Escapes.oneLine(StackLines.summary(error))));
        return new LogRecord(
                entry.time(),
                entry.level(),
                Escapes.oneLine(entry.logger()),
                Escapes.oneLine(entry.message()),
                Collections.unmodifiableMap(fields));
    }
}
