// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * A connection's wish for a session.
 *
 * @param name whose session; the same name, user and protocol find it again
 * @param cleanStart whether a session that is there is forgotten first (MQTT 5 §3.1.2.4)
 * @param expiry how long the session outlives its connections; zero: not at all
 * @param window how many deliveries may be unacknowledged at once, 1 to 65,535 (MQTT 5 §3.1.2.11.3)
 * @param queue a limit of its own; empty for the one of all sessions
 */
public record SessionSpec(
        ClientSpec client,
        String name,
        boolean cleanStart,
        Duration expiry,
        int window,
        Optional<Will> will,
        Optional<QueueLimit> queue) {

    /** The expiry of a session that never ends by itself. */
    public static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE / 1000);

    public SessionSpec {
        requireNonNull(client, "client");
        requireNonNull(name, "name");
        requireNonNull(will, "will");
        requireNonNull(queue, "queue");
        if (expiry.isNegative()) {
            throw new IllegalArgumentException("expiry: " + expiry + " (expected: >= 0)");
        }
        if (window < 1 || window > 0xffff) {
            throw new IllegalArgumentException("window: " + window + " (expected: 1 to 65535)");
        }
    }

    /** A session with the limit of all sessions. */
    public SessionSpec(
            ClientSpec client,
            String name,
            boolean cleanStart,
            Duration expiry,
            int window,
            Optional<Will> will) {
        this(client, name, cleanStart, expiry, window, will, Optional.empty());
    }
}
