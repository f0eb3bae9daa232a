// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks at eight bytes at a time; what it answers is 0 where none of them is what was asked for.
 *
 * <p>Source: Henry S. Warren, Hacker's Delight, §6-1.
 */
final class EightBytes {

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private EightBytes() {}

    static long at(byte[] bytes, int index) {
        return (long) LONGS.get(bytes, index);
    }

    /** Those that are not ASCII. */
    static long notAscii(long eight) {
        return eight & HIGH_BITS;
    }

    /** Those that are {@code c}. */
    static long equalTo(long eight, char c) {
        long zeros = eight ^ EACH * c;
        return (zeros - EACH) & ~zeros & HIGH_BITS;
    }

    /** Those that are below {@code c}, which is ASCII. */
    static long below(long eight, char c) {
        return (eight - EACH * c) & ~eight & HIGH_BITS;
    }
}
