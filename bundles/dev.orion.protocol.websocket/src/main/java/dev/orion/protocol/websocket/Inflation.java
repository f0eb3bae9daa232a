// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses one message after the other, each by itself (RFC 7692 §7.2.2).
 *
 * <p>It costs about 40 KiB, so connections have none: there are never more of them than threads
 * that decompress at once, and the collector frees them when this bundle goes.
 *
 * <p><b>Threads:</b> whoever borrowed it.
 */
final class Inflation {

    private static final int USUAL_BYTES = 4096;
    private static final int MAX_KEPT_BYTES = 64 * 1024;

    /**
     * What a message ends with: what the sender took off (RFC 7692 §7.2.2, step 1), and an empty
     * last block, which is read as such only if nothing is missing before it.
     */
    private static final byte[] TAIL = {0, 0, -1, -1, 1, 0, 0, -1, -1};

    private static final Queue<Inflation> SPARE = new ConcurrentLinkedQueue<>();

    private final Inflater inflater = new Inflater(true);
    private byte[] bytes = new byte[USUAL_BYTES];

    private Inflation() {}

    static Inflation borrow() {
        Inflation spare = SPARE.poll();
        return spare == null ? new Inflation() : spare;
    }

    void giveBack() {
        inflater.reset();
        if (bytes.length > MAX_KEPT_BYTES) {
            bytes = new byte[USUAL_BYTES];
        }
        SPARE.add(this);
    }

    /**
     * The message, which is on the heap and good until this is given back; null when it is longer
     * than {@code maxBytes}, of which little more are made.
     *
     * <p><b>Buffer:</b> borrows {@code compressed}; nobody needs to release what is returned.
     */
    ByteBuf inflate(ByteBuf compressed, int maxBytes) throws DataFormatException {
        ByteBuffer input = compressed.nioBuffer();
        inflater.setInput(input);
        int length = 0;
        boolean atTail = false;
        while (true) {
            int end = (int) Math.min(bytes.length, maxBytes + 1L);
            int made = inflater.inflate(bytes, length, end - length);
            length += made;
            if (length > maxBytes) {
                return null;
            }
            if (inflater.finished()) {
                // A block that says that it is the last (RFC 7692 §7.2.3.4); what follows is new.
                if (atTail || !input.hasRemaining()) {
                    return result(length);
                }
                inflater.reset();
                inflater.setInput(input);
            } else if (length == end) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes + 1L, end * 2L));
            } else if (inflater.needsInput()) {
                if (atTail) {
                    throw new DataFormatException("incomplete");
                }
                atTail = true;
                inflater.setInput(TAIL);
            } else if (made == 0) {
                throw new DataFormatException("needs a dictionary");
            }
        }
    }

    private ByteBuf result(int length) {
        return Unpooled.wrappedBuffer(bytes, 0, length);
    }
}
