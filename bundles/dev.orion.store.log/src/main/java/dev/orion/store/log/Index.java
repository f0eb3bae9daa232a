// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Which records are live, where they are, and how much of each segment that makes.
 *
 * <p><b>Threads:</b> the store's.
 */
final class Index {

    /** The live records of one table. */
    static final class Table {

        final byte[] name;
        private final Map<Entry, Entry> entries = new HashMap<>();

        Table(String name) {
            this.name = name.getBytes(StandardCharsets.US_ASCII);
        }

        Entry[] entries() {
            return entries.values().toArray(new Entry[0]);
        }

        Entry find(byte[] key) {
            return entries.get(Entry.probe(key));
        }
    }

    private final Map<String, Table> tables = new HashMap<>();
    private final NavigableMap<Integer, Segment> segments;

    Index(NavigableMap<Integer, Segment> segments) {
        this.segments = segments;
    }

    Table table(String name) {
        return tables.computeIfAbsent(name, Table::new);
    }

    /** Takes a record instead of the one that its key had. */
    void put(Table table, Entry entry) {
        Entry old = table.entries.remove(entry);
        if (old != null) {
            segments.get(old.segment).addLive(-old.size);
            entry.oldest = Math.min(entry.oldest, old.oldest);
        }
        table.entries.put(entry, entry);
        segments.get(entry.segment).addLive(entry.size);
    }

    /** Forgets a record, if there is one; {@code size} is what the removal takes in its segment. */
    void remove(Table table, byte[] key, Segment in, long range, int size) {
        Entry old = table.entries.remove(Entry.probe(key));
        if (old != null) {
            segments.get(old.segment).addLive(-old.size);
        }
        in.addRemoval(range, size);
    }

    /** The segments that may hold records which a removal written now has to keep quiet. */
    static long range(Entry removed) {
        return removed == null ? Frame.range(1, 0) : Frame.range(removed.oldest, removed.segment);
    }
}
