// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/**
 * Writes what one turn brings for one connection, in order, as one buffer.
 *
 * <p>What is gathered never outlives the turn, and is written early where something else is about
 * to be written to the channel.
 *
 * <p><b>Threads:</b> the channel's event loop.
 */
final class PacketWriter {

    private static final int ENOUGH_BYTES = 1 << 14;
    private static final int EXPECTED_BYTES = 256;

    private final Channel channel;

    private ByteBuf gathered; // null when there is nothing
    private boolean isReading;
    private boolean isDirty;
    private boolean isFlushScheduled;

    PacketWriter(Channel channel) {
        this.channel = channel;
    }

    /** Packets are being read: {@link #readComplete} follows. */
    void reading() {
        isReading = true;
    }

    /**
     * Where the next packet is to be appended.
     *
     * <p><b>Buffer:</b> lends it until {@link #packetEnd}.
     */
    ByteBuf packet() {
        if (gathered == null) {
            gathered = channel.alloc().buffer(EXPECTED_BYTES);
        }
        return gathered;
    }

    /** The packet is complete, or nothing was appended. */
    void packetEnd() {
        if (gathered.readableBytes() > ENOUGH_BYTES) {
            drain();
        } else {
            scheduleFlush();
        }
    }

    /** Writes what was gathered, because others are about to write; it is sent with the turn. */
    void drain() {
        write();
        if (isDirty) {
            scheduleFlush();
        }
    }

    private void write() {
        if (gathered != null) {
            ByteBuf ready = gathered;
            gathered = null;
            channel.write(ready, channel.voidPromise());
            isDirty = true;
        }
    }

    private void scheduleFlush() {
        if (!isReading && !isFlushScheduled) {
            isFlushScheduled = true;
            channel.eventLoop().execute(this::endTurn);
        }
    }

    private void endTurn() {
        isFlushScheduled = false;
        readComplete();
    }

    /** There is nothing else for now: sends what was written. */
    void readComplete() {
        isReading = false;
        write();
        if (isDirty) {
            isDirty = false;
            channel.flush();
        }
    }

    /** Forgets what was gathered. */
    void close() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
    }
}
