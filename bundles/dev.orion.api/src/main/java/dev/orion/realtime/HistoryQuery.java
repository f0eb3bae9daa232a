// SPDX-License-Identifier: Apache-2.0
package dev.orion.realtime;

import java.util.Optional;

/**
 * Which part of a channel's history is asked for.
 *
 * @param limit messages at most; 0 for none, only the position; -1 for all that is kept
 * @param since after (or, in reverse, before) this place; empty for from the beginning (the end)
 * @param reverse the newest first
 */
public record HistoryQuery(int limit, Optional<StreamPosition> since, boolean reverse) {

    /** Everything that is kept, oldest first. */
    public static final HistoryQuery ALL = new HistoryQuery(-1, Optional.empty(), false);

    public HistoryQuery {
        if (limit < -1) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: >= -1)");
        }
    }
}
