// SPDX-License-Identifier: Apache-2.0
package dev.orion.realtime;

import static java.util.Objects.requireNonNull;

/**
 * A place in a channel's history.
 *
 * @param offset the last message at or before this place; 0 before the first
 * @param epoch which life of the history; positions of different epochs cannot be compared
 */
public record StreamPosition(long offset, String epoch) {

    /** The place in a channel that keeps no history. */
    public static final StreamPosition NONE = new StreamPosition(0, "");

    public StreamPosition {
        requireNonNull(epoch, "epoch");
        if (offset < 0) {
            throw new IllegalArgumentException("offset: " + offset + " (expected: >= 0)");
        }
    }
}
