// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Tells text from other bytes (RFC 3629 §4), also when they come piece by piece.
 *
 * <p>What has been seen so far is a number: how many bytes the character under way still needs, and
 * between which values the next one must be.
 */
final class Utf8 {

    /** No character is under way. */
    static final int COMPLETE = 0;

    /** What was seen can be no text, whatever follows. */
    static final int INVALID = -1;

    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Utf8() {}

    /** What has been seen when {@code bytes} follow what was seen before. */
    static int check(int seen, byte[] bytes, int from, int length) {
        int end = from + length;
        int state = seen;
        int at = from;
        while (at < end && state != INVALID) {
            if (state == COMPLETE) {
                at = skipAscii(bytes, at, end);
                if (at == end) {
                    return COMPLETE;
                }
                state = begin(bytes[at] & 0xff);
            } else {
                state = goOn(state, bytes[at] & 0xff);
            }
            at++;
        }
        return state;
    }

    private static int skipAscii(byte[] bytes, int from, int end) {
        int at = from;
        while (at <= end - Long.BYTES && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) {
            at += Long.BYTES;
        }
        while (at < end && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    private static int begin(int lead) {
        if (lead < 0xc2 || lead > 0xf4) {
            return INVALID; // a tail without a lead, longer than needed, or above U+10FFFF
        }
        if (lead < 0xe0) {
            return expect(1, 0x80, 0xbf);
        }
        return switch (lead) {
            case 0xe0 -> expect(2, 0xa0, 0xbf); // else longer than needed
            case 0xed -> expect(2, 0x80, 0x9f); // else a surrogate
            case 0xf0 -> expect(3, 0x90, 0xbf); // else longer than needed
            case 0xf4 -> expect(3, 0x80, 0x8f); // else above U+10FFFF
            default -> expect(lead < 0xf0 ? 2 : 3, 0x80, 0xbf);
        };
    }

    private static int goOn(int state, int tail) {
        if (tail < ((state >> 8) & 0xff) || tail > (state & 0xff)) {
            return INVALID;
        }
        int left = (state >> 16) - 1;
        return left == 0 ? COMPLETE : expect(left, 0x80, 0xbf);
    }

    private static int expect(int left, int lowest, int highest) {
        return left << 16 | lowest << 8 | highest;
    }
}
