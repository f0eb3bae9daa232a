// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import dev.orion.message.Message;
import dev.orion.realtime.StreamPosition;
import java.util.List;

/**
 * What a new subscription begins with.
 *
 * @param position where the channel was at that moment; deliveries go on after it
 * @param recoverable whether the channel keeps history, so that the client may ask to recover later
 * @param wasRecovering whether the client asked to recover
 * @param recovered whether {@code missed} is everything since the position the client asked for
 * @param missed the messages since then, oldest first
 */
public record Subscribed(
        StreamPosition position,
        boolean recoverable,
        boolean wasRecovering,
        boolean recovered,
        List<Message> missed) {

    public Subscribed {
        missed = List.copyOf(missed);
    }
}
