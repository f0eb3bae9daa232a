// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import static java.util.Objects.requireNonNull;

import dev.orion.message.Publication;
import java.time.Duration;

/**
 * What is published for a client whose connection ends without a goodbye (MQTT 5 §3.1.2.5).
 *
 * @param delay how long the client may come back before that; the end of the session ends it, too
 */
public record Will(String channel, Publication publication, Duration delay) {

    public Will {
        requireNonNull(channel, "channel");
        requireNonNull(publication, "publication");
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay: " + delay + " (expected: >= 0)");
        }
    }
}
