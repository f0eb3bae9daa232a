// SPDX-License-Identifier: Apache-2.0
package dev.orion.message;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * What was published on a channel. Immutable, shared by everybody it is delivered to.
 *
 * @param headers small pairs that travel with the payload: MQTT 5 user properties, centrifuge tags
 * @param timeMs when it was published, milliseconds since 1970
 * @param offset its place in the channel's history, from 1; 0 where the channel keeps none
 * @param epoch which life of the history the offset belongs to; empty where the channel keeps none
 */
public record Message(
        String channel,
        Payload payload,
        Map<String, String> headers,
        Origin origin,
        long timeMs,
        long offset,
        String epoch) {

    public Message {
        requireNonNull(channel, "channel");
        requireNonNull(payload, "payload");
        headers = Map.copyOf(headers);
        requireNonNull(origin, "origin");
        requireNonNull(epoch, "epoch");
        if (offset < 0) {
            throw new IllegalArgumentException("offset: " + offset + " (expected: >= 0)");
        }
    }
}
