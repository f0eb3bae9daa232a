// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import static java.util.Objects.requireNonNull;

import dev.orion.message.ChannelPattern;
import dev.orion.message.Qos;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which channels are shared with the other broker, in which direction, and what they are called
 * there. Both patterns end alike from their first wildcard on; what stands before it is exchanged.
 *
 * @param qos how sure it is at most that a message arrives
 */
record Mapping(Direction direction, ChannelPattern local, ChannelPattern remote, Qos qos) {

    private static final Pattern FORM =
            Pattern.compile("(in|out|both) (.+?)(?: (->|<->) (.+?))?(?:;qos=([012]))?");

    /** Where messages flow. */
    enum Direction {
        IN,
        OUT,
        BOTH
    }

    Mapping {
        requireNonNull(direction, "direction");
        requireNonNull(qos, "qos");
        refuseShare(local);
        refuseShare(remote);
        if (!tail(local.toString()).equals(tail(remote.toString()))) {
            throw new IllegalArgumentException(
                    "mapping: "
                            + local
                            + " and "
                            + remote
                            + " (expected: the same from the first wildcard on)");
        }
    }

    /**
     * Reads {@code out a/# -> b/#}, {@code in b/# -> a/#} or {@code both a/# <-> b/#}, where the
     * left side alone stands for two that are equal, and {@code ;qos=1} may follow.
     *
     * @throws IllegalArgumentException when it has another form
     */
    static Mapping parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw wrong(text);
        }
        Direction direction = Direction.valueOf(form.group(1).toUpperCase(java.util.Locale.ROOT));
        String arrow = form.group(3);
        if (arrow != null && arrow.equals("<->") != (direction == Direction.BOTH)) {
            throw wrong(text);
        }
        ChannelPattern from = ChannelPattern.parse(form.group(2));
        ChannelPattern to = arrow == null ? from : ChannelPattern.parse(form.group(4));
        Qos qos =
                form.group(5) == null
                        ? Qos.EXACTLY_ONCE
                        : QosLevel.qos(form.group(5).charAt(0) - '0');
        return direction == Direction.IN
                ? new Mapping(direction, to, from, qos)
                : new Mapping(direction, from, to, qos);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "mapping: "
                        + text
                        + " (expected: 'out LOCAL -> REMOTE', 'in REMOTE -> LOCAL' or"
                        + " 'both LOCAL <-> REMOTE', and ;qos=0, 1 or 2)");
    }

    private static void refuseShare(ChannelPattern pattern) {
        if (pattern.toString().startsWith("$share/")) {
            throw new IllegalArgumentException(
                    "mapping: " + pattern + " (expected: no shared subscription)");
        }
    }

    boolean isOut() {
        return direction != Direction.IN;
    }

    boolean isIn() {
        return direction != Direction.OUT;
    }

    /**
     * What a channel that {@link #local} matches is called at the other broker; empty where nothing
     * of its name is left.
     */
    Optional<String> toRemote(String channel) {
        return renamed(channel, local.toString(), remote.toString());
    }

    /** What a topic that {@link #remote} matches is called here; empty likewise. */
    Optional<String> toLocal(String topic) {
        return renamed(topic, remote.toString(), local.toString());
    }

    private static Optional<String> renamed(String name, String from, String to) {
        if (tail(from).isEmpty()) {
            return Optional.of(to);
        }
        String before = head(from);
        String rest = before.isEmpty() ? "/" + name : name.substring(before.length());
        String after = head(to);
        String renamed = after.isEmpty() ? (rest.isEmpty() ? "" : rest.substring(1)) : after + rest;
        return renamed.isEmpty() ? Optional.empty() : Optional.of(renamed);
    }

    /** The levels before the first wildcard, without the slash behind them. */
    private static String head(String pattern) {
        int end = pattern.length() - tail(pattern).length();
        return pattern.substring(0, Math.max(0, end - 1));
    }

    /** The levels from the first wildcard on. */
    private static String tail(String pattern) {
        int start = 0;
        while (start <= pattern.length()) {
            int end = pattern.indexOf('/', start);
            String level = pattern.substring(start, end < 0 ? pattern.length() : end);
            if (level.equals("+") || level.equals("#")) {
                return pattern.substring(start);
            }
            if (end < 0) {
                return "";
            }
            start = end + 1;
        }
        return "";
    }
}
