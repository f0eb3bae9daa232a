// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import java.util.ArrayList;
import java.util.List;

/**
 * Which parts of a representation a request asks for (RFC 9110 §14).
 *
 * @param kind what to do about it
 * @param parts the parts, in the order in which they were asked for; empty unless there are some
 */
record Ranges(Kind kind, List<Part> parts) {

    /** More than these cost more than they are worth (RFC 9110 §17.15). */
    private static final int MAX_PARTS = 16;

    private static final Ranges WHOLE = new Ranges(Kind.WHOLE, List.of());

    enum Kind {
        /** Nothing, or what is not understood: all of it is sent (§14.2). */
        WHOLE,
        PARTS,
        /** No part of it exists: 416. */
        NONE
    }

    /** From the first to the last byte, both included. */
    record Part(int first, int last) {

        int length() {
            return last - first + 1;
        }
    }

    Ranges {
        parts = List.copyOf(parts);
    }

    /**
     * Reads a {@code Range} field.
     *
     * @param length of the representation
     */
    static Ranges of(String field, int length) {
        if (field == null || !field.regionMatches(true, 0, "bytes=", 0, 6)) {
            return WHOLE; // an unknown unit is ignored (§14.2)
        }
        var parts = new ArrayList<Part>();
        long total = 0;
        int specs = 0;
        for (String spec : field.substring(6).split(",", -1)) {
            String trimmed = spec.strip();
            if (trimmed.isEmpty()) {
                continue; // RFC 9110 §5.6.1.2
            }
            specs++;
            int dash = trimmed.indexOf('-');
            String first = dash < 0 ? "x" : trimmed.substring(0, dash);
            String last = dash < 0 ? "x" : trimmed.substring(dash + 1);
            if (!isNumber(first) || !isNumber(last) || first.length() + last.length() == 0) {
                return WHOLE;
            }
            if (isBackwards(first, last)) {
                return WHOLE; // §14.1.1: the set is invalid
            }
            Part part = part(first, last, length);
            if (part != null) {
                parts.add(part);
                total += part.length();
            }
        }
        if (specs == 0 || specs > MAX_PARTS || (parts.size() > 1 && total > length)) {
            return WHOLE; // overlapping ones ask for more than there is (§14.2)
        }
        return parts.isEmpty() ? new Ranges(Kind.NONE, parts) : new Ranges(Kind.PARTS, parts);
    }

    /** Null when nothing of it exists. */
    private static Part part(String first, String last, int length) {
        if (first.isEmpty()) {
            int suffix = clamp(last, length);
            return suffix == 0 ? null : new Part(length - suffix, length - 1);
        }
        int from = clamp(first, length);
        int to = last.isEmpty() ? length - 1 : Math.min(clamp(last, length), length - 1);
        return from >= length ? null : new Part(from, to);
    }

    private static boolean isBackwards(String first, String last) {
        return !first.isEmpty()
                && !last.isEmpty()
                && clamp(first, Integer.MAX_VALUE) > clamp(last, Integer.MAX_VALUE);
    }

    private static boolean isNumber(String digits) {
        return digits.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** The number, or {@code most} if that is smaller. */
    private static int clamp(String digits, int most) {
        long number = 0;
        for (int i = 0; i < digits.length() && number <= most; i++) {
            number = number * 10 + (digits.charAt(i) - '0');
        }
        return (int) Math.min(number, most);
    }
}
