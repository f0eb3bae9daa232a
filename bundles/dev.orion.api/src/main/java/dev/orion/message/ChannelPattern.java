// SPDX-License-Identifier: Apache-2.0
package dev.orion.message;

import java.util.List;

/**
 * A set of channel names: {@code +} stands for one level, {@code #} for the rest, also for none.
 *
 * <p>The rules are those of MQTT topic filters (MQTT 5 §4.7): {@code a/#} matches {@code a} and
 * everything below it, and a pattern that begins with a wildcard matches no name that begins with
 * {@code $}.
 *
 * <p>Patterns are ordered by how special they are, the most special first: compared level by level,
 * a word goes before {@code +} and {@code +} before {@code #}.
 */
public final class ChannelPattern implements Comparable<ChannelPattern> {

    private final String text;
    private final List<String> levels;

    private ChannelPattern(String text) {
        this.text = text;
        this.levels = List.of(text.split("/", -1));
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException when a wildcard is not a level of its own, {@code #} is not
     *     the last one, or the text is empty or longer than a name may be
     */
    public static ChannelPattern parse(String text) {
        if (!ChannelName.isValid(text.replace('+', '-').replace('#', '-'))) {
            throw new IllegalArgumentException(
                    "pattern: " + text + " (expected: levels of a channel name, + and #)");
        }
        var pattern = new ChannelPattern(text);
        for (int i = 0; i < pattern.levels.size(); i++) {
            String level = pattern.levels.get(i);
            boolean last = i == pattern.levels.size() - 1;
            boolean wild = level.indexOf('+') >= 0 || level.indexOf('#') >= 0;
            if (wild && (level.length() > 1 || (level.equals("#") && !last))) {
                throw new IllegalArgumentException(
                        "pattern: "
                                + text
                                + " (expected: + alone in a level, # alone in the last)");
            }
        }
        return pattern;
    }

    /** Whether it may match several names. */
    public boolean hasWildcards() {
        return levels.stream().anyMatch(ChannelPattern::isWild);
    }

    /** Whether {@code channel} is one of the set. */
    public boolean matches(String channel) {
        if (channel.startsWith("$") && isWild(levels.get(0))) {
            return false; // MQTT 5 §4.7.2
        }
        int start = 0;
        for (String level : levels) {
            if (level.equals("#")) {
                return true;
            }
            if (start > channel.length()) {
                return false;
            }
            int end = channel.indexOf('/', start);
            if (end < 0) {
                end = channel.length();
            }
            boolean same =
                    level.equals("+")
                            || (level.length() == end - start && channel.startsWith(level, start));
            if (!same) {
                return false;
            }
            start = end + 1;
        }
        return start > channel.length();
    }

    /** Whether there can be a channel that both match. */
    public boolean overlaps(ChannelPattern other) {
        if ((isDollar() && isWild(other.levels.get(0)))
                || (other.isDollar() && isWild(levels.get(0)))) {
            return false; // MQTT 5 §4.7.2
        }
        int common = Math.min(levels.size(), other.levels.size());
        for (int i = 0; i < common; i++) {
            String mine = levels.get(i);
            String others = other.levels.get(i);
            if (mine.equals("#") || others.equals("#")) {
                return true;
            }
            if (!mine.equals("+") && !others.equals("+") && !mine.equals(others)) {
                return false;
            }
        }
        return endsAfter(common) && other.endsAfter(common);
    }

    /** Whether it matches every channel that {@code other} matches. */
    public boolean covers(ChannelPattern other) {
        if (other.isDollar() && isWild(levels.get(0))) {
            return false;
        }
        for (int i = 0; i < levels.size(); i++) {
            String mine = levels.get(i);
            if (mine.equals("#")) {
                return true;
            }
            if (i >= other.levels.size()) {
                return false;
            }
            String others = other.levels.get(i);
            boolean isCovered = mine.equals("+") ? !others.equals("#") : mine.equals(others);
            if (!isCovered) {
                return false;
            }
        }
        return levels.size() == other.levels.size();
    }

    private boolean isDollar() {
        return levels.get(0).startsWith("$");
    }

    /** Whether nothing is asked for after so many levels. */
    private boolean endsAfter(int count) {
        return levels.size() == count
                || (levels.size() == count + 1 && levels.get(count).equals("#"));
    }

    @Override
    public int compareTo(ChannelPattern other) {
        int common = Math.min(levels.size(), other.levels.size());
        for (int i = 0; i < common; i++) {
            int byLevel = Integer.compare(rank(levels.get(i)), rank(other.levels.get(i)));
            if (byLevel != 0) {
                return byLevel;
            }
        }
        int byLength = Integer.compare(other.levels.size(), levels.size()); // the longer first
        return byLength != 0 ? byLength : text.compareTo(other.text);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChannelPattern pattern && pattern.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    private static boolean isWild(String level) {
        return level.equals("+") || level.equals("#");
    }

    private static int rank(String level) {
        return switch (level) {
            case "#" -> 2;
            case "+" -> 1;
            default -> 0;
        };
    }
}
