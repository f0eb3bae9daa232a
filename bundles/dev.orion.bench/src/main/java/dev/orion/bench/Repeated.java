// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** The same bytes again and again. */
final class Repeated implements Publications {

    private final ByteBuf block;
    private final int length;

    /** <b>Buffer:</b> takes ownership of {@code one}. */
    Repeated(ByteBuf one, int most) {
        length = one.readableBytes();
        block = Unpooled.directBuffer(length * most);
        for (int i = 0; i < most; i++) {
            block.writeBytes(one, one.readerIndex(), length);
        }
        one.release();
    }

    @Override
    public ByteBuf next(int messages) {
        return block.retainedSlice(0, messages * length);
    }

    @Override
    public void close() {
        block.release();
    }
}
