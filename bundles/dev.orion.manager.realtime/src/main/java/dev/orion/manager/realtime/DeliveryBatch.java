// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Deliveries that are encoded one behind the other, until they are written as one buffer.
 *
 * <p><b>Threads:</b> the lane's.
 */
final class DeliveryBatch {

    /** It is written out when it is longer; more would only delay the first byte. */
    private static final int FULL_BYTES = 160 * 1024;

    private static final int SMALLEST_BYTES = 256;

    private ByteBuf bytes; // null while it is empty
    private int lastMessageAt;
    private int usualBytes = SMALLEST_BYTES;

    // where it was when an item was begun
    private int endBefore;
    private int lastBefore;

    boolean isEmpty() {
        return bytes == null;
    }

    boolean isFull() {
        return bytes.readableBytes() >= FULL_BYTES;
    }

    /** Where the newest delivery begins. */
    int lastMessageAt() {
        return lastMessageAt;
    }

    /** Where the next delivery is to be appended. <b>Buffer:</b> lends it. */
    ByteBuf next() {
        if (bytes == null) {
            bytes = ByteBufAllocator.DEFAULT.directBuffer(usualBytes);
        }
        lastMessageAt = bytes.writerIndex();
        return bytes;
    }

    /** Remembers where it is, for {@link #rollBack}. */
    void mark() {
        endBefore = bytes == null ? 0 : bytes.writerIndex();
        lastBefore = lastMessageAt;
    }

    /** Forgets what has been appended since {@link #mark}, if it has not been taken. */
    void rollBack() {
        if (bytes == null) {
            return;
        }
        if (endBefore == 0) {
            bytes.release();
            bytes = null;
        } else {
            bytes.writerIndex(endBefore);
            lastMessageAt = lastBefore;
        }
    }

    /** Takes everything out; it must not be empty. <b>Buffer:</b> gives it away. */
    ByteBuf take() {
        ByteBuf full = bytes;
        bytes = null;
        usualBytes = Math.max(SMALLEST_BYTES, Math.min(FULL_BYTES + 4096, full.readableBytes()));
        return full;
    }
}
