// SPDX-License-Identifier: Apache-2.0
package dev.orion.message;

import static java.util.Objects.requireNonNull;

/**
 * What was published on a channel. Immutable, shared by everybody it is delivered to.
 *
 * @param timeMs when it was published, milliseconds since 1970
 * @param offset its place in the channel's history, from 1; 0 where the channel keeps none
 * @param epoch which life of the history the offset belongs to; empty where the channel keeps none
 */
public record Message(
        String channel,
        Publication publication,
        Origin origin,
        long timeMs,
        long offset,
        String epoch) {

    public Message {
        requireNonNull(channel, "channel");
        requireNonNull(publication, "publication");
        requireNonNull(origin, "origin");
        requireNonNull(epoch, "epoch");
        if (offset < 0) {
            throw new IllegalArgumentException("offset: " + offset + " (expected: >= 0)");
        }
    }

    public Payload payload() {
        return publication.payload();
    }

    public Headers headers() {
        return publication.headers();
    }

    /** Whether its publisher said that it is of no use any more at {@code nowMs}. */
    public boolean isExpired(long nowMs) {
        return publication.expiry().isPresent()
                && nowMs - timeMs >= publication.expiry().get().toMillis();
    }
}
