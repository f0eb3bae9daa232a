// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import io.netty.buffer.ByteBuf;

/** Variable byte integers (MQTT 5 §1.5.5). */
final class VarInt {

    static final int MAX = 268_435_455;

    private VarInt() {}

    /** Reads one, which must be written in as few bytes as possible (MQTT-1.5.5-1). */
    static int read(ByteBuf in) {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int digit = in.readByte();
            value |= (digit & 0x7f) << shift;
            if (digit >= 0) {
                if (digit == 0 && shift > 0) {
                    throw BrokenRule.malformed("integer with needless bytes");
                }
                return value;
            }
        }
        throw BrokenRule.malformed("integer of more than four bytes");
    }

    static void write(int value, ByteBuf out) {
        int rest = value;
        while (rest > 0x7f) {
            out.writeByte((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    /** How many bytes it takes. */
    static int size(int value) {
        return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
    }
}
