// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.realtime.SlowPolicy;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * What waits for a client whose connection is full, when its channel allows that something is
 * missed.
 *
 * <p>Full is {@link #MAX_BYTES}; the answer is the channel's: the oldest goes, or only the newest
 * of a channel stays.
 *
 * <p><b>Threads:</b> the client's event loop.
 */
final class Backlog {

    private static final int MAX_BYTES = 1024 * 1024;

    /** What an entry costs besides its data, roughly. */
    private static final int ENTRY_BYTES = 128;

    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    private long bytes;

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /**
     * Keeps a batch for later.
     *
     * <p><b>Buffer:</b> takes ownership of {@code batch}.
     *
     * @param lastMessageAt where the newest message of the batch begins
     */
    void add(ByteBuf batch, int lastMessageAt, LiveChannel channel, SlowPolicy policy) {
        ByteBuf kept = batch;
        if (policy == SlowPolicy.LATEST) {
            removeAll(channel);
            kept = newest(batch, lastMessageAt);
        }
        var entry = new Entry(channel, kept);
        waiting.addLast(entry);
        bytes += entry.cost();
        while (bytes > MAX_BYTES && waiting.size() > 1) {
            remove(waiting.pollFirst());
        }
    }

    /** The newest message of a batch, which does not keep much more than itself in memory. */
    private static ByteBuf newest(ByteBuf batch, int at) {
        int length = batch.writerIndex() - at;
        if (length >= batch.capacity() / 2) {
            return batch.slice(at, length);
        }
        try {
            return batch.alloc().directBuffer(length).writeBytes(batch, at, length);
        } finally {
            batch.release();
        }
    }

    /** The oldest, which the caller must release; null when nothing waits. */
    ByteBuf poll() {
        Entry oldest = waiting.pollFirst();
        if (oldest == null) {
            return null;
        }
        bytes -= oldest.cost();
        return oldest.data;
    }

    void clear() {
        while (!waiting.isEmpty()) {
            remove(waiting.pollFirst());
        }
    }

    /** Forgets what waits from a channel. */
    void removeAll(LiveChannel channel) {
        Iterator<Entry> each = waiting.iterator();
        while (each.hasNext()) {
            Entry entry = each.next();
            if (entry.channel == channel) {
                each.remove();
                remove(entry);
            }
        }
    }

    private void remove(Entry entry) {
        bytes -= entry.cost();
        entry.data.release();
    }

    private record Entry(LiveChannel channel, ByteBuf data) {

        /** What it keeps in memory, roughly: a batch may be shared, and be longer than its text. */
        long cost() {
            return (long) ENTRY_BYTES + data.capacity();
        }
    }
}
