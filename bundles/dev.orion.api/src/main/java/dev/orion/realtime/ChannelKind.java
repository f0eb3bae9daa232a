// SPDX-License-Identifier: Apache-2.0
package dev.orion.realtime;

/** What a channel is for, which decides who gets its messages and, by default, who publishes. */
public enum ChannelKind {
    /** Whoever may connect may subscribe and publish. */
    PUBLIC,
    /** Every client receives it without subscribing; publishing needs a role. */
    BROADCAST,
    /**
     * The channels {@code $sys/…}, by rules that are built in: only the server publishes, and
     * clients that have the role {@code admin} subscribe.
     */
    SYSTEM
}
