// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

/**
 * Makes what peers sent safe to print: nothing in it ends a line, moves the cursor or turns the
 * reading direction.
 */
final class Printable {

    private Printable() {}

    /** The text with every such character escaped. */
    static String text(String text) {
        if (text.codePoints().allMatch(Printable::isHarmless)) {
            return text;
        }
        var safe = new StringBuilder(text.length() + 16);
        text.codePoints()
                .forEach(
                        c -> {
                            if (isHarmless(c)) {
                                safe.appendCodePoint(c);
                            } else {
                                safe.append(escape(c));
                            }
                        });
        return safe.toString();
    }

    private static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    false;
            default -> true;
        };
    }

    private static String escape(int c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default ->
                    c < 0x10000
                            ? String.format("\\u%04x", c)
                            : String.format("\\u{%x}", c); // beyond the first plane
        };
    }
}
