// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import io.netty.buffer.ByteBuf;

/** Frames as RFC 6455 §5.2 has them: whole messages, unmasked, as they are. */
enum PlainFraming implements MessageFraming {
    INSTANCE;

    /** The longest head of a frame that a server sends. */
    static final int MAX_HEAD_BYTES = 10;

    private static final int FINAL = 0x80;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;

    @Override
    public void frame(int opcode, ByteBuf payload, ByteBuf out) {
        int length = payload.readableBytes();
        head(opcode, length, out);
        out.writeBytes(payload, payload.readerIndex(), length);
    }

    @Override
    public boolean compresses(int length) {
        return false;
    }

    @Override
    public boolean mayBeCompressed() {
        return false;
    }

    /**
     * Writes the head of a whole message, or of a control frame.
     *
     * @param opcode and the reserved bits, where one is set
     */
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
