// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Buffers on the heap for the payloads of frames, one kept by each thread for the next frame.
 *
 * <p>Nobody releases them: the collector takes them.
 */
final class Unmasked {

    private static final int USUAL_BYTES = 4096;
    private static final int MAX_KEPT_BYTES = 64 * 1024;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final FastThreadLocal<ByteBuf> SPARE = new FastThreadLocal<>();

    private Unmasked() {}

    /** An empty buffer whose array begins at 0, until it is given back. */
    static ByteBuf borrow(int length) {
        ByteBuf spare = SPARE.get();
        if (spare == null || spare.capacity() < length) {
            return Unpooled.wrappedBuffer(new byte[Math.max(USUAL_BYTES, length)]).clear();
        }
        SPARE.set(null); // a frame may be read while another one is still being looked at
        return spare.clear();
    }

    static void giveBack(ByteBuf buffer) {
        if (buffer.capacity() <= MAX_KEPT_BYTES) {
            SPARE.set(buffer);
        }
    }

    /**
     * Unmasks in place (RFC 6455 §5.3); whether all bytes are ASCII, which it finds out as well.
     */
    static boolean unmask(byte[] bytes, int length, int mask) {
        long wide = (mask & 0xffff_ffffL) | ((long) mask << 32);
        long seen = 0;
        int at = 0;
        for (; at <= length - Long.BYTES; at += Long.BYTES) {
            long plain = (long) LONGS.get(bytes, at) ^ wide;
            LONGS.set(bytes, at, plain);
            seen |= plain;
        }
        for (int shift = 24; at < length; at++) {
            int plain = bytes[at] ^ (mask >>> shift);
            bytes[at] = (byte) plain;
            seen |= plain & 0xff;
            shift = shift == 0 ? 24 : shift - 8;
        }
        return (seen & HIGH_BITS) == 0;
    }
}
