// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.BodyReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;

/** Gathers a body up to a limit, and hands it over when it is complete. */
final class GatheredBody implements BodyReader {

    /** How much room is made for a body before it comes. */
    private static final long MAX_EXPECTED_BYTES = 16_384;

    private final ByteBufAllocator allocator;
    private final long expected;
    private final int maxBytes;
    private final Consumer<ByteBuf> then;
    private final Runnable tooLong;
    private ByteBuf gathered = Unpooled.EMPTY_BUFFER;
    private boolean released;

    /**
     * Creates one.
     *
     * @param expected how long the body is by its head; 0 where that does not say
     */
    GatheredBody(
            ByteBufAllocator allocator,
            long expected,
            int maxBytes,
            Consumer<ByteBuf> then,
            Runnable tooLong) {
        this.allocator = allocator;
        this.expected = expected;
        this.maxBytes = maxBytes;
        this.then = then;
        this.tooLong = tooLong;
    }

    @Override
    public void piece(ByteBuf piece) {
        if (released) {
            return;
        }
        int length = piece.readableBytes();
        if (gathered.readableBytes() + length > maxBytes) {
            release();
            tooLong.run();
        } else if (length == expected) {
            gathered = piece.retainedSlice(); // all of it at once, and no more comes
        } else {
            room().writeBytes(piece, piece.readerIndex(), length);
        }
    }

    private ByteBuf room() {
        if (gathered.capacity() == 0) {
            int bytes = (int) Math.min(Math.max(expected, 256), MAX_EXPECTED_BYTES);
            gathered = allocator.buffer(bytes);
        }
        return gathered;
    }

    @Override
    public void end() {
        if (released) {
            return;
        }
        try {
            then.accept(gathered);
        } finally {
            release();
        }
    }

    /** Gives up. Calling it again does nothing. */
    void release() {
        if (!released) {
            released = true;
            gathered.release();
        }
    }
}
