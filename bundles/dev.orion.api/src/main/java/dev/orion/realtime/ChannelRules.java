// SPDX-License-Identifier: Apache-2.0
package dev.orion.realtime;

import static java.util.Objects.requireNonNull;

import dev.orion.message.ChannelPattern;
import java.time.Duration;

/**
 * How the channels of a pattern behave; where several patterns match the most special one rules.
 *
 * @param name the last part of its configuration's name
 * @param history messages kept; 0 for none
 * @param historyTtl how long a message is kept at most; zero for no limit
 * @param retain whether a message that was published to be retained is
 * @param presence whether the channel knows who is subscribed
 * @param joinLeave whether subscribers that ask for it are told who comes and goes
 * @param maxMessageBytes the longest payload
 * @param ratePerSecond publications a second that one client may make; 0 for no limit
 * @param slow what happens to a subscriber that reads too slowly
 * @param publish which clients may publish
 * @param subscribe which clients may subscribe
 */
public record ChannelRules(
        String name,
        ChannelPattern pattern,
        ChannelKind kind,
        int history,
        Duration historyTtl,
        boolean retain,
        boolean presence,
        boolean joinLeave,
        int maxMessageBytes,
        double ratePerSecond,
        SlowPolicy slow,
        Allowed publish,
        Allowed subscribe) {

    public ChannelRules {
        requireNonNull(name, "name");
        requireNonNull(pattern, "pattern");
        requireNonNull(kind, "kind");
        requireNonNull(slow, "slow");
        requireNonNull(publish, "publish");
        requireNonNull(subscribe, "subscribe");
        if (history < 0) {
            throw new IllegalArgumentException("history: " + history + " (expected: >= 0)");
        }
        if (historyTtl.isNegative()) {
            throw new IllegalArgumentException("historyTtl: " + historyTtl + " (expected: >= 0)");
        }
        if (maxMessageBytes < 1) {
            throw new IllegalArgumentException(
                    "maxMessageBytes: " + maxMessageBytes + " (expected: >= 1)");
        }
        if (!(ratePerSecond >= 0)) {
            throw new IllegalArgumentException("rate: " + ratePerSecond + " (expected: >= 0)");
        }
    }

    /** Whether the channel's messages have offsets and can be recovered. */
    public boolean keepsHistory() {
        return history > 0;
    }
}
