// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol;

import static java.util.Objects.requireNonNull;

import dev.orion.net.CloseReason;

/**
 * The user event that asks a connection's handlers to end it in their protocol's own words.
 *
 * <p>Who handles it says good-bye and closes the channel. A pipeline without such a handler is
 * closed by the sender a moment later.
 */
public record GoAway(CloseReason reason) {

    public GoAway {
        requireNonNull(reason, "reason");
    }
}
