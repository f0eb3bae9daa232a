// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

/** Tells whether bytes are well-formed UTF-8 (RFC 3629 §4); ASCII is checked eight at a time. */
final class Utf8 {

    private Utf8() {}

    static boolean isValid(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (at + Long.BYTES <= to && EightBytes.notAscii(EightBytes.at(bytes, at)) == 0) {
                at += Long.BYTES;
            } else if (bytes[at] >= 0) {
                at++;
            } else {
                int length = sequence(bytes, at, to);
                if (length == 0) {
                    return false;
                }
                at += length;
            }
        }
        return true;
    }

    /** The length of the well-formed sequence at {@code at}; 0 where there is none. */
    private static int sequence(byte[] bytes, int at, int to) {
        int first = bytes[at] & 0xff;
        if (first >= 0xc2 && first <= 0xdf) {
            return continues(bytes, at, to, 1, 0x80, 0xbf) ? 2 : 0;
        }
        if (first >= 0xe0 && first <= 0xef) {
            int low = first == 0xe0 ? 0xa0 : 0x80; // no overlong forms
            int high = first == 0xed ? 0x9f : 0xbf; // no surrogates
            return continues(bytes, at, to, 2, low, high) ? 3 : 0;
        }
        if (first >= 0xf0 && first <= 0xf4) {
            int low = first == 0xf0 ? 0x90 : 0x80;
            int high = first == 0xf4 ? 0x8f : 0xbf; // nothing beyond U+10FFFF
            return continues(bytes, at, to, 3, low, high) ? 4 : 0;
        }
        return 0;
    }

    /** Whether {@code count} continuation bytes follow, the first of them in a range. */
    private static boolean continues(byte[] bytes, int at, int to, int count, int low, int high) {
        if (at + count >= to) {
            return false;
        }
        int second = bytes[at + 1] & 0xff;
        if (second < low || second > high) {
            return false;
        }
        for (int i = 2; i <= count; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) {
                return false;
            }
        }
        return true;
    }
}
