// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what {@link BytesOut} has built, and trusts none of it.
 *
 * <p>Whatever the bytes are, a read returns what fits into them or throws {@link
 * IllegalArgumentException}; nothing is allocated that is larger than the record.
 */
final class BytesIn {

    private final byte[] bytes;
    private int at;

    BytesIn(byte[] bytes) {
        this.bytes = bytes;
    }

    int get() {
        need(1);
        return bytes[at++] & 0xff;
    }

    /** A byte that must be below {@code bound}. */
    int get(int bound) {
        int one = get();
        if (one >= bound) {
            throw damaged("byte " + one);
        }
        return one;
    }

    /** The first byte of a record; another version than {@code known} cannot be read. */
    void version(int known) {
        version(known, known);
    }

    /** The first byte of a record of several versions that can be read. */
    int version(int oldest, int newest) {
        int version = get();
        if (version < oldest || version > newest) {
            throw damaged("version " + version);
        }
        return version;
    }

    boolean flag() {
        return get(2) == 1;
    }

    long number() {
        long number = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int one = get();
            number |= (long) (one & 0x7f) << shift;
            if (one < 0x80) {
                return number;
            }
        }
        throw damaged("number without an end");
    }

    /** A number from 0 to {@code max}. */
    int number(int max) {
        long number = number();
        if (number < 0 || number > max) {
            throw damaged("number " + number);
        }
        return (int) number;
    }

    /** A number that is not negative. */
    long positive() {
        long number = number();
        if (number < 0) {
            throw damaged("number " + number);
        }
        return number;
    }

    long fixed() {
        need(8);
        long number = 0;
        for (int i = 0; i < 8; i++) {
            number = number << 8 | (bytes[at++] & 0xff);
        }
        return number;
    }

    String text() {
        int length = length();
        try {
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes, at, length))
                            .toString();
            at += length;
            return text;
        } catch (CharacterCodingException notUtf8) {
            throw damaged("text that is not UTF-8");
        }
    }

    byte[] bytes() {
        int length = length();
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    boolean hasMore() {
        return at < bytes.length;
    }

    /** Nothing may be left. */
    void end() {
        if (at != bytes.length) {
            throw damaged(bytes.length - at + " bytes too many");
        }
    }

    private int length() {
        int length = number(bytes.length);
        need(length);
        return length;
    }

    private void need(int more) {
        if (bytes.length - at < more) {
            throw damaged("an end");
        }
    }

    private IllegalArgumentException damaged(String what) {
        return new IllegalArgumentException("record: " + what + " before byte " + at);
    }
}
