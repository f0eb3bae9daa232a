// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import java.nio.charset.StandardCharsets;

/**
 * The names of channels that came lately, so that the next command for the same channel gets the
 * same string.
 *
 * <p><b>Threads:</b> one event loop.
 */
final class KnownChannels {

    private static final int SLOTS = 256; // a power of two

    private final String[] known = new String[SLOTS];

    /** The name that these characters are. */
    String of(char[] chars, int start, int length) {
        int hash = 0;
        for (int i = start; i < start + length; i++) {
            hash = 31 * hash + chars[i];
        }
        int slot = slot(hash);
        String name = known[slot];
        if (name == null || !isSame(name, chars, start, length)) {
            name = new String(chars, start, length);
            known[slot] = name;
        }
        return name;
    }

    /** The name that these bytes are, all of them ASCII. */
    String ofAscii(byte[] bytes, int start, int length) {
        int hash = 0;
        for (int i = start; i < start + length; i++) {
            hash = 31 * hash + bytes[i];
        }
        int slot = slot(hash);
        String name = known[slot];
        if (name == null || !isSame(name, bytes, start, length)) {
            name = new String(bytes, start, length, StandardCharsets.US_ASCII);
            known[slot] = name;
        }
        return name;
    }

    private static int slot(int hash) {
        return (hash ^ hash >>> 16) & (SLOTS - 1);
    }

    private static boolean isSame(String name, char[] chars, int start, int length) {
        if (name.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name.charAt(i) != chars[start + i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSame(String name, byte[] bytes, int start, int length) {
        if (name.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name.charAt(i) != bytes[start + i]) {
                return false;
            }
        }
        return true;
    }
}
