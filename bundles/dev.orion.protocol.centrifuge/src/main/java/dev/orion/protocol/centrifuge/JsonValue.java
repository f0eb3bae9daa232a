// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

/**
 * Finds the end of a JSON value (RFC 8259) among bytes that are UTF-8, building nothing of it.
 *
 * <p>It is for the values that peers really send: where it says {@link #UNSURE} the value may be
 * wrong, or only uncommonly deep or long, and a parser has to say which.
 *
 * <p><b>Threads:</b> one; an instance is used again and again.
 */
final class JsonValue {

    static final int UNSURE = -1;

    private static final int MAX_DEPTH = 60; // a bit each
    private static final int MAX_NUMBER_BYTES = 100;
    private static final byte[] TRUE = Json.ascii("true");
    private static final byte[] FALSE = Json.ascii("false");
    private static final byte[] NULL = Json.ascii("null");

    private byte[] bytes;
    private int to;

    // the open levels: whether the innermost is an object is in the lowest bit
    private int depth;
    private long objects;

    /**
     * Returns the index behind the value that begins at {@code from}, or {@link #UNSURE}.
     *
     * @param to where the bytes end, which the value must not reach
     */
    int end(byte[] json, int from, int to) {
        this.bytes = json;
        this.to = to;
        depth = 0;
        objects = 0;
        int at = from;
        do {
            at = begin(at);
            if (at != UNSURE) {
                at = finish(at);
            }
        } while (depth > 0 && at != UNSURE);
        return at;
    }

    /** Takes openings up to a value that is whole: a scalar, or something empty. */
    private int begin(int from) {
        int at = from;
        while (true) {
            at = blanks(at);
            if (at == to) {
                return UNSURE;
            }
            byte first = bytes[at];
            if (first == '"') {
                return string(at);
            }
            if (first != '{' && first != '[') {
                return scalar(at, first);
            }
            if (depth == MAX_DEPTH) {
                return UNSURE;
            }
            depth++;
            objects = objects << 1 | (first == '{' ? 1 : 0);
            at = blanks(at + 1);
            if (at < to && bytes[at] == closing()) {
                return at; // for finish
            }
            if (first == '{') {
                at = name(at);
                if (at == UNSURE) {
                    return UNSURE;
                }
            }
        }
    }

    /** Takes closings, up to the next member or element or the end of the whole value. */
    private int finish(int from) {
        int at = from;
        while (depth > 0) {
            at = blanks(at);
            if (at == to) {
                return UNSURE;
            }
            byte next = bytes[at++];
            if (next == ',') {
                return (objects & 1) == 1 ? name(blanks(at)) : at;
            }
            if (next != closing()) {
                return UNSURE;
            }
            depth--;
            objects >>>= 1;
        }
        return at;
    }

    private byte closing() {
        return (byte) ((objects & 1) == 1 ? '}' : ']');
    }

    /** A member's name and its colon. */
    private int name(int from) {
        if (from == to || bytes[from] != '"') {
            return UNSURE;
        }
        int at = string(from);
        if (at == UNSURE) {
            return UNSURE;
        }
        at = blanks(at);
        return at < to && bytes[at] == ':' ? at + 1 : UNSURE;
    }

    private int string(int from) {
        byte[] in = bytes;
        int end = to;
        for (int at = plain(from + 1); at < end; at++) {
            byte c = in[at];
            if (c == '"') {
                return at + 1;
            }
            if (c >= 0 && c < 0x20) {
                return UNSURE;
            }
            if (c == '\\') {
                at = escape(at + 1);
                if (at == UNSURE) {
                    return UNSURE;
                }
            }
        }
        return UNSURE;
    }

    /** Goes over what stands for itself in a string, eight bytes at a time. */
    private int plain(int from) {
        byte[] in = bytes;
        int last = to - Long.BYTES;
        int at = from;
        while (at <= last) {
            long eight = EightBytes.at(in, at);
            long special =
                    EightBytes.below(eight, ' ')
                            | EightBytes.equalTo(eight, '"')
                            | EightBytes.equalTo(eight, '\\');
            if (special != 0) {
                break;
            }
            at += Long.BYTES;
        }
        return at;
    }

    /** The last byte of the escape whose letter is at {@code at}. */
    private int escape(int at) {
        if (at >= to) {
            return UNSURE;
        }
        switch (bytes[at]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return at;
            }
            case 'u' -> {
                for (int i = at + 1; i <= at + 4; i++) {
                    if (i >= to || !isHex(bytes[i])) {
                        return UNSURE;
                    }
                }
                return at + 4;
            }
            default -> {
                return UNSURE;
            }
        }
    }

    private static boolean isHex(byte c) {
        return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    private int scalar(int at, byte first) {
        return switch (first) {
            case 't' -> word(at, TRUE);
            case 'f' -> word(at, FALSE);
            case 'n' -> word(at, NULL);
            default -> number(at);
        };
    }

    private int word(int at, byte[] word) {
        if (to - at < word.length) {
            return UNSURE;
        }
        for (int i = 0; i < word.length; i++) {
            if (bytes[at + i] != word[i]) {
                return UNSURE;
            }
        }
        return at + word.length;
    }

    private int number(int from) {
        int at = from < to && bytes[from] == '-' ? from + 1 : from;
        int whole = digits(at);
        if (whole == at || (bytes[at] == '0' && whole > at + 1)) {
            return UNSURE;
        }
        at = whole;
        if (at < to && bytes[at] == '.') {
            int fraction = digits(at + 1);
            if (fraction == at + 1) {
                return UNSURE;
            }
            at = fraction;
        }
        if (at < to && (bytes[at] == 'e' || bytes[at] == 'E')) {
            at++;
            if (at < to && (bytes[at] == '+' || bytes[at] == '-')) {
                at++;
            }
            int exponent = digits(at);
            if (exponent == at) {
                return UNSURE;
            }
            at = exponent;
        }
        return at - from <= MAX_NUMBER_BYTES ? at : UNSURE;
    }

    private int digits(int from) {
        int at = from;
        while (at < to && isDigit(bytes[at])) {
            at++;
        }
        return at;
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    private int blanks(int from) {
        int at = from;
        while (at < to && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r')) {
            at++;
        }
        return at;
    }
}
