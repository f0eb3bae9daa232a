// SPDX-License-Identifier: Apache-2.0
package dev.orion.message;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * What somebody publishes. Immutable.
 *
 * @param qos how sure its publisher wants it to arrive; a publisher whose protocol has no such
 *     thing, but answers it, wants {@link Qos#AT_LEAST_ONCE}
 * @param retain whether the channel keeps it as its retained message (MQTT 5 §3.3.1.3); without a
 *     payload, whether the channel forgets the one that it keeps
 * @param expiry how long it is of use; what could not be delivered in that time is dropped
 * @param replyTo where an answer is expected
 * @param declaredText whether its publisher says that the payload is UTF-8 text (MQTT 5 §3.3.2.3.2)
 */
public record Publication(
        Payload payload,
        Headers headers,
        Qos qos,
        boolean retain,
        Optional<Duration> expiry,
        Optional<ReplyTo> replyTo,
        boolean declaredText) {

    public Publication {
        requireNonNull(payload, "payload");
        requireNonNull(headers, "headers");
        requireNonNull(qos, "qos");
        requireNonNull(replyTo, "replyTo");
        if (expiry.isPresent() && expiry.get().isNegative()) {
            throw new IllegalArgumentException("expiry: " + expiry.get() + " (expected: >= 0)");
        }
    }

    /** A payload and nothing else. */
    public static Publication of(Payload payload) {
        return of(payload, Headers.NONE);
    }

    /** A payload with its headers. */
    public static Publication of(Payload payload, Headers headers) {
        return new Publication(
                payload,
                headers,
                Qos.AT_LEAST_ONCE,
                false,
                Optional.empty(),
                Optional.empty(),
                false);
    }

    /**
     * Where an answer is expected (MQTT 5 §4.10).
     *
     * @param channel its channel; empty where only the correlation data is known
     * @param correlation what the answer is to carry so that it is known again; of length 0 for
     *     none
     */
    public record ReplyTo(String channel, Payload correlation) {

        public ReplyTo {
            requireNonNull(channel, "channel");
            requireNonNull(correlation, "correlation");
        }
    }
}
