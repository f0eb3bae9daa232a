// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

/**
 * Makes text of others safe to show in one line: line breaks, control characters, terminal
 * sequences, and characters that change the direction of text or cannot be seen are written as
 * escapes.
 */
final class Escapes {

    private static final int ZERO_WIDTH_NON_JOINER = 0x200C; // Persian
    private static final int ZERO_WIDTH_JOINER = 0x200D; // emoji

    private Escapes() {}

    static String oneLine(String text) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (isUnsafe(c)) {
                return escaped(text, i);
            }
            i += Character.charCount(c);
        }
        return text;
    }

    static boolean isUnsafe(int c) {
        if (c < 0x7F) {
            return c < 0x20;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    true;
            case Character.FORMAT -> c != ZERO_WIDTH_NON_JOINER && c != ZERO_WIDTH_JOINER;
            default -> false;
        };
    }

    private static String escaped(String text, int from) {
        var out = new StringBuilder(text.length() + 16).append(text, 0, from);
        for (int i = from; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (isUnsafe(c)) {
                append(out, c);
            } else {
                out.appendCodePoint(c);
            }
            i += Character.charCount(c);
        }
        return out.toString();
    }

    /** The escape is the same in JSON, so both forms use it. */
    static void append(StringBuilder out, int c) {
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                for (char unit : Character.toChars(c)) {
                    out.append("\\u");
                    for (int shift = 12; shift >= 0; shift -= 4) {
                        out.append(Character.forDigit((unit >> shift) & 0xF, 16));
                    }
                }
            }
        }
    }
}
