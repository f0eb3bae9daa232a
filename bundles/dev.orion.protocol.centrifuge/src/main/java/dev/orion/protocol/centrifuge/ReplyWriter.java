// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.protocol.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/**
 * Writes replies: those of one frame of commands as one frame, and the frames of one turn as one
 * write.
 *
 * <p>What is gathered never outlives the turn, and is written early where something else is about
 * to be written to the channel.
 *
 * <p><b>Threads:</b> the channel's event loop.
 */
final class ReplyWriter {

    private static final int ENOUGH_BYTES = 1 << 14;
    private static final int EXPECTED_BYTES = 256;

    private final Channel channel;
    private final Framing framing;

    private ByteBuf lines; // of the frame that is being answered; null when there was no reply yet
    private ByteBuf framed; // of this turn; null when there is none
    private boolean inFrame;
    private boolean isReading;
    private boolean isDirty;
    private boolean isFlushScheduled;

    ReplyWriter(Channel channel, Framing framing) {
        this.channel = channel;
        this.framing = framing;
    }

    /** A frame of commands begins. */
    void beginFrame() {
        inFrame = true;
        isReading = true;
    }

    /** A frame of commands ends: what answers it is a frame of its own. */
    void endFrame() {
        inFrame = false;
        frameLines();
        writeWhenEnough();
    }

    /** There is no other frame for now: sends what was written. */
    void readComplete() {
        isReading = false;
        write();
        releaseLines();
        if (isDirty) {
            isDirty = false;
            channel.flush();
        }
    }

    /**
     * Where the next reply is to be appended.
     *
     * <p><b>Buffer:</b> lends it until {@link #lineEnd}.
     */
    ByteBuf line() {
        if (lines == null) {
            lines = channel.alloc().buffer(EXPECTED_BYTES);
        } else if (lines.isReadable()) {
            lines.writeByte('\n');
        }
        return lines;
    }

    /** The reply is complete. */
    void lineEnd() {
        if (!inFrame) {
            drain();
        } else if (lines.readableBytes() > ENOUGH_BYTES) {
            frameLines();
            writeWhenEnough();
        }
    }

    /**
     * Writes what was gathered. Where no {@link #readComplete} is to come it is sent at the end of
     * this turn of the event loop, together with whatever else the turn brings.
     */
    void drain() {
        frameLines();
        write();
        if (isDirty && !isReading && !isFlushScheduled) {
            isFlushScheduled = true;
            channel.eventLoop().execute(this::endTurn);
        }
    }

    private void frameLines() {
        if (lines == null || !lines.isReadable()) {
            return;
        }
        if (framed == null) {
            framed = channel.alloc().buffer(Math.max(EXPECTED_BYTES, lines.readableBytes() + 16));
        }
        framing.frame(lines, framed);
        lines.clear();
    }

    private void writeWhenEnough() {
        if (framed != null && framed.readableBytes() > ENOUGH_BYTES) {
            write();
        }
    }

    private void write() {
        if (framed != null) {
            ByteBuf ready = framed;
            framed = null;
            channel.write(ready);
            isDirty = true;
        }
    }

    private void releaseLines() {
        if (lines != null) {
            lines.release();
            lines = null;
        }
    }

    private void endTurn() {
        isFlushScheduled = false;
        readComplete();
    }

    /** Writes and sends everything. */
    void flush() {
        drain();
        isDirty = false;
        channel.flush();
    }

    /** How many bytes wait for a peer that does not read. */
    long pendingBytes() {
        if (channel.isWritable()) {
            return 0;
        }
        flush();
        return channel.isWritable() ? 0 : channel.bytesBeforeWritable();
    }

    /** Forgets what was gathered. */
    void close() {
        releaseLines();
        if (framed != null) {
            framed.release();
            framed = null;
        }
    }
}
