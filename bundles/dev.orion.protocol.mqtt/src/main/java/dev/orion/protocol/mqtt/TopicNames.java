// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Reads topic names; one that came a short while ago is the very same string.
 *
 * <p><b>Threads:</b> one event loop.
 */
final class TopicNames {

    private static final int SLOTS = 512; // a power of two
    private static final int MAX_KEPT_BYTES = 255;

    private final byte[] scratch = new byte[MAX_KEPT_BYTES];
    private final byte[][] bytes = new byte[SLOTS][];
    private final String[] names = new String[SLOTS];

    /** Reads a name with its length, which may be 0. */
    String read(ByteBuf in) {
        int length = in.getUnsignedShort(in.readerIndex());
        if (length > MAX_KEPT_BYTES) {
            return checked(Text.read(in));
        }
        in.skipBytes(2);
        in.readBytes(scratch, 0, length);
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + scratch[i];
        }
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        byte[] known = bytes[slot];
        if (known != null && Arrays.equals(known, 0, known.length, scratch, 0, length)) {
            return names[slot];
        }
        byte[] copy = Arrays.copyOf(scratch, length);
        String name = checked(Text.of(copy));
        bytes[slot] = copy;
        names[slot] = name;
        return name;
    }

    /** MQTT-3.3.2-2. */
    static String checked(String name) {
        if (name.indexOf('+') >= 0 || name.indexOf('#') >= 0) {
            throw BrokenRule.malformed("topic name with a wildcard");
        }
        return name;
    }
}
