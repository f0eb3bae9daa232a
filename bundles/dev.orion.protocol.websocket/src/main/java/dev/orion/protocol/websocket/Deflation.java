// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.Deflater;

/**
 * Compresses one message after the other, each by itself (RFC 7692 §7.2.1).
 *
 * <p>It costs about 260 KiB, so connections have none: there are never more of them than threads
 * that compress at once, and the collector frees them when this bundle goes.
 *
 * <p><b>Threads:</b> whoever borrowed it.
 */
final class Deflation {

    private static final int USUAL_BYTES = 4096;
    private static final int MAX_KEPT_BYTES = 64 * 1024;
    private static final int TAIL_BYTES = 4; // 00 00 ff ff, RFC 7692 §7.2.1, step 3

    private static final Queue<Deflation> SPARE = new ConcurrentLinkedQueue<>();

    private final int level;
    private final Deflater deflater;
    private byte[] bytes = new byte[USUAL_BYTES];

    private Deflation(int level) {
        this.level = level;
        this.deflater = new Deflater(level, true);
    }

    static Deflation borrow(int level) {
        Deflation spare = SPARE.poll();
        if (spare == null) {
            return new Deflation(level);
        }
        if (spare.level != level) {
            spare.deflater.end(); // the configuration has changed
            return new Deflation(level);
        }
        return spare;
    }

    void giveBack() {
        deflater.reset();
        if (bytes.length > MAX_KEPT_BYTES) {
            bytes = new byte[USUAL_BYTES];
        }
        SPARE.add(this);
    }

    /** What came out of the last message; more bytes may follow it. */
    byte[] bytes() {
        return bytes;
    }

    /**
     * How many {@link #bytes} became of a message; -1 when they would not have been fewer.
     *
     * <p>The JDK has no window smaller than 32 KiB. What is flushed in full is never referred to
     * again, so doing that whenever a smaller window is full keeps to it.
     *
     * <p><b>Buffer:</b> borrows {@code message}.
     */
    int deflate(ByteBuf message, int windowBits) {
        int length = message.readableBytes();
        int room = length + TAIL_BYTES;
        if (bytes.length < room) {
            bytes = new byte[room];
        }
        ByteBuffer input = message.nioBuffer();
        int end = input.limit();
        int window = windowBits == DeflateFraming.MAX_WINDOW_BITS ? length : 1 << windowBits;
        int written = 0;
        do {
            input.limit((int) Math.min(end, (long) input.position() + window));
            deflater.setInput(input);
            boolean isLast = input.limit() == end;
            int flush = isLast ? Deflater.SYNC_FLUSH : Deflater.FULL_FLUSH;
            written += deflater.deflate(bytes, written, room - written, flush);
            if (written == room) {
                return -1; // there may be more to come
            }
        } while (input.limit() < end);
        return written - TAIL_BYTES;
    }
}
