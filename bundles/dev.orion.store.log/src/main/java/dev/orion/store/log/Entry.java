// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import java.util.Arrays;

/**
 * Where a live record is; equal to others of the same key, so that it is its own key in a map.
 *
 * <p><b>Threads:</b> made and forgotten by the store's; what is final is read by those that load.
 */
final class Entry implements Comparable<Entry> {

    final byte[] key;
    final long sequence;
    final int segment;
    final int offset;
    final int size;
    private final int hash;

    /** The first segment that may hold a record of this key; of the store's thread only. */
    int oldest;

    Entry(byte[] key, long sequence, int segment, int offset, int size) {
        this.key = key;
        this.sequence = sequence;
        this.segment = segment;
        this.offset = offset;
        this.size = size;
        this.hash = Arrays.hashCode(key);
        this.oldest = segment;
    }

    static Entry probe(byte[] key) {
        return new Entry(key, 0, 0, 0, 0);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Entry that && hash == that.hash && Arrays.equals(key, that.key);
    }

    /** For the map: keys that were chosen to collide cost it a search, not a scan. */
    @Override
    public int compareTo(Entry other) {
        return Arrays.compareUnsigned(key, other.key);
    }
}
