// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import dev.orion.protocol.Framing;
import io.netty.buffer.ByteBuf;

/** Marks a piece of text off as one unmasked frame (RFC 6455 §5.2). */
enum TextFraming implements Framing {
    INSTANCE;

    /** The longest head of a frame that a server sends. */
    static final int MAX_HEAD_BYTES = 10;

    private static final int FINAL = 0x80;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;

    @Override
    public void frame(ByteBuf payload, ByteBuf out) {
        int length = payload.readableBytes();
        head(Opcode.TEXT, length, out);
        out.writeBytes(payload, payload.readerIndex(), length);
    }

    /** Writes the head of a whole message, or of a control frame. */
    static void head(int opcode, int length, ByteBuf out) {
        out.writeByte(FINAL | opcode);
        if (length < TWO_BYTES) {
            out.writeByte(length);
        } else if (length <= 0xffff) {
            out.writeByte(TWO_BYTES);
            out.writeShort(length);
        } else {
            out.writeByte(EIGHT_BYTES);
            out.writeLong(length);
        }
    }
}
