// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Patterns of channel names in the server API: {@code *}, {@code ?}, {@code [a-z]}, {@code {a,b}}.
 */
final class Glob {

    private Glob() {}

    /**
     * Reads a pattern; an empty one matches everything.
     *
     * @throws IllegalArgumentException when a bracket is not closed
     */
    static Predicate<String> compile(String glob) {
        if (glob.isEmpty()) {
            return name -> true;
        }
        return Pattern.compile(regex(glob), Pattern.DOTALL).asMatchPredicate();
    }

    private static String regex(String glob) {
        var regex = new StringBuilder();
        int braces = 0;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                case '*' -> {
                    if (!regex.toString().endsWith(".*")) {
                        regex.append(".*");
                    }
                }
                case '?' -> regex.append('.');
                case '[' -> i = set(glob, i, regex);
                case '{' -> {
                    braces++;
                    regex.append("(?:");
                }
                case '}' -> {
                    braces--;
                    regex.append(')');
                }
                case ',' -> regex.append(braces > 0 ? "|" : ",");
                case '\\' -> {
                    i = Math.min(i + 1, glob.length() - 1);
                    regex.append(Pattern.quote(String.valueOf(glob.charAt(i))));
                }
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }

    /** Appends the set that begins at {@code from} and returns where it ends. */
    private static int set(String glob, int from, StringBuilder regex) {
        int end = glob.indexOf(']', from + 2);
        if (end < 0) {
            throw new IllegalArgumentException("pattern: " + glob + " (expected: ])");
        }
        String inside = glob.substring(from + 1, end);
        boolean isNegated = inside.startsWith("!");
        String set = isNegated ? inside.substring(1) : inside;
        regex.append(isNegated ? "[^" : "[")
                .append(set.replaceAll("[\\\\\\[\\]^&]", "\\\\$0"))
                .append(']');
        return end;
    }
}
