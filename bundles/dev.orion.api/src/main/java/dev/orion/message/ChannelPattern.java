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

    private final String text; // nothing else: there are as many as subscriptions

    private ChannelPattern(String text) {
        this.text = text;
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
        List<String> levels = pattern.levels();
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            boolean last = i == levels.size() - 1;
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
        return text.indexOf('+') >= 0 || text.indexOf('#') >= 0;
    }

    /** Whether {@code channel} is one of the set. */
    public boolean matches(String channel) {
        if (channel.startsWith("$") && beginsWild()) {
            return false; // MQTT 5 §4.7.2
        }
        int at = 0; // a level of the pattern, and one of the name
        int start = 0;
        while (at <= text.length()) {
            int levelEnd = endOfLevel(text, at);
            if (isLevel('#', at, levelEnd)) {
                return true;
            }
            if (start > channel.length()) {
                return false;
            }
            int end = endOfLevel(channel, start);
            int length = levelEnd - at;
            boolean same =
                    isLevel('+', at, levelEnd)
                            || (length == end - start
                                    && text.regionMatches(at, channel, start, length));
            if (!same) {
                return false;
            }
            at = levelEnd + 1;
            start = end + 1;
        }
        return start > channel.length();
    }

    /** Whether there can be a channel that both match. */
    public boolean overlaps(ChannelPattern other) {
        if ((isDollar() && other.beginsWild()) || (other.isDollar() && beginsWild())) {
            return false; // MQTT 5 §4.7.2
        }
        List<String> levels = levels();
        List<String> otherLevels = other.levels();
        int common = Math.min(levels.size(), otherLevels.size());
        for (int i = 0; i < common; i++) {
            String mine = levels.get(i);
            String others = otherLevels.get(i);
            if (mine.equals("#") || others.equals("#")) {
                return true;
            }
            if (!mine.equals("+") && !others.equals("+") && !mine.equals(others)) {
                return false;
            }
        }
        return endsAfter(common, levels) && endsAfter(common, otherLevels);
    }

    /** Whether it matches every channel that {@code other} matches. */
    public boolean covers(ChannelPattern other) {
        if (other.isDollar() && beginsWild()) {
            return false;
        }
        List<String> levels = levels();
        List<String> otherLevels = other.levels();
        for (int i = 0; i < levels.size(); i++) {
            String mine = levels.get(i);
            if (mine.equals("#")) {
                return true;
            }
            if (i >= otherLevels.size()) {
                return false;
            }
            String others = otherLevels.get(i);
            boolean isCovered = mine.equals("+") ? !others.equals("#") : mine.equals(others);
            if (!isCovered) {
                return false;
            }
        }
        return levels.size() == otherLevels.size();
    }

    private List<String> levels() {
        return List.of(text.split("/", -1));
    }

    private boolean isDollar() {
        return text.startsWith("$");
    }

    private boolean beginsWild() {
        return text.startsWith("+") || text.startsWith("#"); // then they are alone in their level
    }

    private boolean isLevel(char wildcard, int start, int end) {
        return end == start + 1 && text.charAt(start) == wildcard;
    }

    private static int endOfLevel(String name, int start) {
        int slash = name.indexOf('/', start);
        return slash < 0 ? name.length() : slash;
    }

    /** Whether nothing is asked for after so many levels. */
    private static boolean endsAfter(int count, List<String> levels) {
        return levels.size() == count
                || (levels.size() == count + 1 && levels.get(count).equals("#"));
    }

    @Override
    public int compareTo(ChannelPattern other) {
        List<String> levels = levels();
        List<String> otherLevels = other.levels();
        int common = Math.min(levels.size(), otherLevels.size());
        for (int i = 0; i < common; i++) {
            int byLevel = Integer.compare(rank(levels.get(i)), rank(otherLevels.get(i)));
            if (byLevel != 0) {
                return byLevel;
            }
        }
        int byLength = Integer.compare(otherLevels.size(), levels.size()); // the longer first
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

    private static int rank(String level) {
        return switch (level) {
            case "#" -> 2;
            case "+" -> 1;
            default -> 0;
        };
    }
}
