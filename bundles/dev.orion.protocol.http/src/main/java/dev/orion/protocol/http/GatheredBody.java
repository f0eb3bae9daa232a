// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.BodyReader;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/** Gathers a body up to a limit, and hands it over when it is complete. */
final class GatheredBody implements BodyReader {

    private final int maxBytes;
    private final Consumer<ByteBuf> then;
    private final Runnable tooLong;
    private final ByteBuf gathered;
    private boolean released;

    GatheredBody(ByteBuf empty, int maxBytes, Consumer<ByteBuf> then, Runnable tooLong) {
        this.gathered = empty;
        this.maxBytes = maxBytes;
        this.then = then;
        this.tooLong = tooLong;
    }

    @Override
    public void piece(ByteBuf piece) {
        if (released) {
            return;
        }
        if (gathered.readableBytes() + piece.readableBytes() > maxBytes) {
            release();
            tooLong.run();
            return;
        }
        gathered.writeBytes(piece, piece.readerIndex(), piece.readableBytes());
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
