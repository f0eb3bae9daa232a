// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.udp;

import static java.util.Objects.requireNonNull;

import dev.orion.configuration.Durations;
import java.time.Duration;
import java.util.Map;

/**
 * What is configured of a route for UDP besides its match and its target.
 *
 * @param idleTimeout of a flow on which nothing passes
 * @param maxFlows how many there may be
 * @param maxFlowsPerAddress how many of these one address may have
 * @param contentType of messages; empty where nothing is known of them
 * @param user who peers are to the channels' rules; empty for the anonymous
 */
record RouteSettings(
        Duration idleTimeout,
        int maxFlows,
        int maxFlowsPerAddress,
        String contentType,
        String user) {

    /** The share of one address where nothing else is configured. */
    private static final int SHARE = 4;

    RouteSettings {
        if (idleTimeout.isZero() || idleTimeout.isNegative()) {
            throw new IllegalArgumentException("idleTimeout: " + idleTimeout + " (expected: > 0)");
        }
        requireNonNull(contentType, "contentType");
        requireNonNull(user, "user");
    }

    /**
     * Reads what a route's configuration holds.
     *
     * @throws IllegalArgumentException when a value is wrong
     */
    static RouteSettings of(Map<String, Object> values) {
        int maxFlows = number(values, "maxFlows", RouteKeys.MAX_FLOWS);
        int perAddress = number(values, "maxFlowsPerAddress", 0);
        return new RouteSettings(
                Durations.parse(text(values, "idleTimeout", RouteKeys.IDLE_TIMEOUT)),
                maxFlows,
                perAddress == 0 ? Math.max(1, maxFlows / SHARE) : perAddress,
                text(values, "contentType", ""),
                text(values, "user", ""));
    }

    private static int number(Map<String, Object> values, String key, int otherwise) {
        return values.get(key) instanceof Integer number ? number : otherwise;
    }

    private static String text(Map<String, Object> values, String key, String otherwise) {
        return values.get(key) instanceof String text ? text : otherwise;
    }
}
