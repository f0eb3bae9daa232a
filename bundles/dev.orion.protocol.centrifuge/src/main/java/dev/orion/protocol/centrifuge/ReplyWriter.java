// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.protocol.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/**
 * Writes replies: those of one frame of commands together, others at once.
 *
 * <p>What is gathered never outlives the frame that it answers, and is written early where
 * something else is about to be written to the channel.
 *
 * <p><b>Threads:</b> the channel's event loop.
 */
final class ReplyWriter {

    private static final int ENOUGH_BYTES = 1 << 14;
    private static final int EXPECTED_BYTES = 256;

    private final Channel channel;
    private final Framing framing;

    private ByteBuf lines; // null when nothing is gathered
    private boolean inFrame;
    private boolean isReading;
    private boolean isDirty;

    ReplyWriter(Channel channel, Framing framing) {
        this.channel = channel;
        this.framing = framing;
    }

    /** A frame of commands begins. */
    void beginFrame() {
        inFrame = true;
        isReading = true;
    }

    /** A frame of commands ends: writes what answers it. */
    void endFrame() {
        inFrame = false;
        drain();
    }

    /** There is no other frame for now: sends what was written. */
    void readComplete() {
        isReading = false;
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
        if (!inFrame || lines.readableBytes() > ENOUGH_BYTES) {
            drain();
        }
    }

    /** Writes what was gathered; sends it, too, where no {@link #readComplete} is to come. */
    void drain() {
        if (lines == null) {
            return;
        }
        ByteBuf payload = lines;
        lines = null;
        ByteBuf framed = channel.alloc().buffer(payload.readableBytes() + 16);
        try {
            framing.frame(payload, framed);
        } catch (RuntimeException broken) {
            framed.release();
            throw broken;
        } finally {
            payload.release();
        }
        if (isReading) {
            isDirty = true;
            channel.write(framed);
        } else {
            channel.writeAndFlush(framed);
        }
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
        if (lines != null) {
            lines.release();
            lines = null;
        }
    }
}
