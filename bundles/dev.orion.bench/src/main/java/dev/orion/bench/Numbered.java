// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** The same publication again and again, each with the next packet identifier. */
final class Numbered implements Publications {

    private static final int MOST = 65_535; // MQTT 3.1.1 §2.3.1: an identifier is not 0

    private final ByteBuf one;
    private final int at;
    private int identifier;

    /**
     * <b>Buffer:</b> takes ownership of {@code one}.
     *
     * @param at where the identifier stands
     * @param before the identifier before the first one; 0 for none
     */
    Numbered(ByteBuf one, int at, int before) {
        this.one = one;
        this.at = at;
        this.identifier = before;
    }

    @Override
    public ByteBuf next(int messages) {
        int length = one.readableBytes();
        ByteBuf all = Unpooled.directBuffer(length * messages);
        for (int i = 0; i < messages; i++) {
            identifier = identifier % MOST + 1;
            all.writeBytes(one, 0, length).setShort(i * length + at, identifier);
        }
        return all;
    }

    @Override
    public void close() {
        one.release();
    }
}
