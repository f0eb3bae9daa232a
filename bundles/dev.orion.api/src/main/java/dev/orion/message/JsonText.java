// SPDX-License-Identifier: Apache-2.0
package dev.orion.message;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/** Tells whether bytes are one JSON text in UTF-8 (RFC 8259), without building anything of it. */
final class JsonText {

    private static final int MAX_DEPTH = 500;

    private final byte[] bytes;
    private final BitSet objects = new BitSet(); // per open level: object, else array
    private int at;

    private JsonText(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Returns when {@code bytes} are one JSON text.
     *
     * @throws IllegalArgumentException when they are not; the message says at which byte
     */
    static void check(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException malformed) {
            throw new IllegalArgumentException("json: not UTF-8", malformed);
        }
        new JsonText(bytes).text();
    }

    /** Whether {@code bytes} are one JSON text. */
    static boolean isText(byte[] bytes) {
        if (bytes.length == 0) {
            return false;
        }
        try {
            check(bytes);
            return true;
        } catch (IllegalArgumentException isNot) {
            return false;
        }
    }

    private void text() {
        int depth = 0;
        boolean valueDone = false;
        do {
            if (!valueDone) {
                byte opening = peek();
                if (opening == '{' || opening == '[') {
                    at++;
                    if (depth == MAX_DEPTH) {
                        throw wrong("at most " + MAX_DEPTH + " levels");
                    }
                    objects.set(depth++, opening == '{');
                    valueDone = isClosing(depth);
                    if (!valueDone) {
                        name(depth);
                    }
                    continue;
                }
                scalar(opening);
            }
            valueDone = false;
            if (depth > 0) {
                if (isClosing(depth)) {
                    at++;
                    depth--;
                    valueDone = true;
                } else {
                    expect(',');
                    name(depth);
                }
            }
        } while (depth > 0);
        skipBlanks();
        if (at != bytes.length) {
            throw wrong("nothing after the value");
        }
    }

    private boolean isClosing(int depth) {
        byte next = peek();
        return next == (objects.get(depth - 1) ? '}' : ']');
    }

    /** Inside an object a member begins with its name and a colon. */
    private void name(int depth) {
        if (objects.get(depth - 1)) {
            if (peek() != '"') {
                throw wrong("a member's name");
            }
            string();
            expect(':');
        }
    }

    private void scalar(byte first) {
        switch (first) {
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        }
    }

    private void string() {
        at++;
        while (true) {
            int c = next();
            if (c == '"') {
                return;
            }
            if (c >= 0 && c < 0x20) {
                at--;
                throw wrong("no control character in a string"); // RFC 8259 §7
            }
            if (c == '\\') {
                escape();
            }
        }
    }

    private void escape() {
        int c = next();
        if (c == 'u') {
            for (int i = 0; i < 4; i++) {
                if (Character.digit(next(), 16) < 0) {
                    throw wrong("four hex digits");
                }
            }
        } else if ("\"\\/bfnrt".indexOf(c) < 0) {
            throw wrong("a known escape");
        }
    }

    private void word(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (next() != word.charAt(i)) {
                throw wrong(word);
            }
        }
    }

    /** RFC 8259 §6: no leading zeros, no plus, digits on both sides of the point. */
    private void number() {
        if (at < bytes.length && bytes[at] == '-') {
            at++;
        }
        if (at < bytes.length && bytes[at] == '0') {
            at++;
        } else {
            digits();
        }
        if (at < bytes.length && bytes[at] == '.') {
            at++;
            digits();
        }
        if (at < bytes.length && (bytes[at] == 'e' || bytes[at] == 'E')) {
            at++;
            if (at < bytes.length && (bytes[at] == '+' || bytes[at] == '-')) {
                at++;
            }
            digits();
        }
    }

    private void digits() {
        int start = at;
        while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        if (at == start) {
            throw wrong("a value");
        }
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw wrong("'" + wanted + "'");
        }
        at++;
    }

    private byte peek() {
        skipBlanks();
        if (at == bytes.length) {
            throw wrong("more");
        }
        return bytes[at];
    }

    private int next() {
        if (at == bytes.length) {
            throw wrong("more");
        }
        return bytes[at++];
    }

    private void skipBlanks() {
        while (at < bytes.length
                && (bytes[at] == ' '
                        || bytes[at] == '\t'
                        || bytes[at] == '\n'
                        || bytes[at] == '\r')) {
            at++;
        }
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException("json: byte " + at + " (expected: " + expected + ")");
    }
}
