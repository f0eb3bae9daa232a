// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import static java.util.Objects.requireNonNull;

import dev.orion.realtime.StreamPosition;
import java.util.Optional;

/**
 * What a client wishes of its subscription.
 *
 * @param recoverFrom the last position that it has seen, when it wants what it missed
 * @param joinLeave whether it is told who comes and goes, where the channel's rules allow that
 */
public record SubscribeOptions(Optional<StreamPosition> recoverFrom, boolean joinLeave) {

    /** No wishes: what is published from now on, and nothing else. */
    public static final SubscribeOptions NONE = new SubscribeOptions(Optional.empty(), false);

    public SubscribeOptions {
        requireNonNull(recoverFrom, "recoverFrom");
    }
}
