// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds the compact bytes of a record: numbers seven bits at a time, texts and bytes with their
 * length before them. Read by {@link BytesIn}.
 */
final class BytesOut {

    private byte[] bytes;
    private int size;

    BytesOut(int expected) {
        bytes = new byte[expected];
    }

    BytesOut put(int one) {
        room(1);
        bytes[size++] = (byte) one;
        return this;
    }

    BytesOut flag(boolean flag) {
        return put(flag ? 1 : 0);
    }

    /** Seven bits at a time, the low ones first; negative numbers take ten bytes. */
    BytesOut number(long number) {
        long left = number;
        while ((left & ~0x7fL) != 0) {
            put((int) left | 0x80);
            left >>>= 7;
        }
        return put((int) left);
    }

    /** Eight bytes, the high one first, so that keys sort as their numbers do. */
    BytesOut fixed(long number) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            put((int) (number >>> shift));
        }
        return this;
    }

    BytesOut text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    BytesOut bytes(byte[] more) {
        number(more.length);
        room(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
        return this;
    }

    /** What was built, in an array of its own. */
    byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }
}
