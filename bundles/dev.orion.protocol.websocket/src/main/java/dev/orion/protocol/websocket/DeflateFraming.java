// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import io.netty.buffer.ByteBuf;

/**
 * Frames of compressed messages (RFC 7692), each compressed by itself, so that connections with
 * equal parameters get the very same bytes.
 *
 * @param windowBits how far back a message may refer, as a power of two (RFC 7692 §7.1.2.1)
 * @param minBytes shorter messages go as they are
 * @param level of zlib, 1 to 9
 */
record DeflateFraming(int windowBits, int minBytes, int level) implements MessageFraming {

    /** Says that a message is compressed, on its first frame (RFC 7692 §6). */
    static final int RSV1 = 0x40;

    static final int MIN_WINDOW_BITS = 8;
    static final int MAX_WINDOW_BITS = 15;

    DeflateFraming {
        if (windowBits < MIN_WINDOW_BITS || windowBits > MAX_WINDOW_BITS) {
            throw new IllegalArgumentException(
                    "windowBits: " + windowBits + " (expected: 8 to 15)");
        }
    }

    @Override
    public void frame(int opcode, ByteBuf payload, ByteBuf out) {
        if (!compresses(payload.readableBytes()) || !deflate(opcode, payload, out)) {
            PlainFraming.INSTANCE.frame(opcode, payload, out);
        }
    }

    @Override
    public boolean compresses(int length) {
        return length >= minBytes;
    }

    @Override
    public boolean mayBeCompressed() {
        return true;
    }

    /** Whether it became shorter; if not, nothing has been appended. */
    private boolean deflate(int opcode, ByteBuf payload, ByteBuf out) {
        Deflation deflation = Deflation.borrow(level);
        try {
            int length = deflation.deflate(payload, windowBits);
            if (length < 0) {
                return false;
            }
            PlainFraming.head(RSV1 | opcode, length, out);
            out.writeBytes(deflation.bytes(), 0, length);
            return true;
        } finally {
            deflation.giveBack();
        }
    }
}
