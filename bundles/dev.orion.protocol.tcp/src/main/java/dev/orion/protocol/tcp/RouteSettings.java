// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import static java.util.Objects.requireNonNull;

import dev.orion.configuration.Durations;
import dev.orion.route.Target;
import dev.orion.route.Target.ToChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What is configured of a route for TCP besides its match and its target.
 *
 * @param idleTimeout of a connection on which nothing passes; zero for none
 * @param framing of a device's stream
 * @param maxFrameBytes of one message of it, without what marks it
 * @param contentType of these messages; empty where nothing is known of them
 * @param back the channel whose messages go to the device
 * @param user who the device is to the channels' rules; empty for the anonymous
 */
record RouteSettings(
        Duration idleTimeout,
        Framings framing,
        int maxFrameBytes,
        String contentType,
        Optional<ToChannel> back,
        String user) {

    RouteSettings {
        requireNonNull(idleTimeout, "idleTimeout");
        requireNonNull(framing, "framing");
        requireNonNull(contentType, "contentType");
        requireNonNull(back, "back");
        requireNonNull(user, "user");
    }

    /**
     * Reads what a route's configuration holds.
     *
     * @throws IllegalArgumentException when a value is wrong
     */
    static RouteSettings of(Map<String, Object> values) {
        return new RouteSettings(
                Durations.parse(text(values, "idleTimeout", "0s")),
                framing(values),
                values.get("maxFrameBytes") instanceof Integer max
                        ? max
                        : RouteKeys.MAX_FRAME_BYTES,
                text(values, "contentType", ""),
                back(text(values, "back", "")),
                text(values, "user", ""));
    }

    static Framings framing(Map<String, Object> values) {
        String name = text(values, "framing", RouteKeys.LINE);
        return switch (name) {
            case RouteKeys.LINE -> new Framings.Lines();
            case RouteKeys.RAW -> new Framings.Raw();
            case RouteKeys.DELIMITER -> new Framings.Delimited(text(values, "delimiter", ""));
            case RouteKeys.LENGTH_PREFIX ->
                    new Framings.LengthPrefix(
                            values.get("lengthBytes") instanceof Integer bytes
                                    ? bytes
                                    : RouteKeys.LENGTH_BYTES,
                            Boolean.TRUE.equals(values.get("lengthCountsItself")));
            default ->
                    throw new IllegalArgumentException(
                            "framing: "
                                    + name
                                    + " (expected: line, length-prefix, delimiter or raw)");
        };
    }

    static Optional<ToChannel> back(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (Target.parse(text) instanceof ToChannel channel) {
            return Optional.of(channel);
        }
        throw new IllegalArgumentException("back: " + text + " (expected: channel:NAME)");
    }

    private static String text(Map<String, Object> values, String key, String otherwise) {
        return values.get(key) instanceof String text ? text : otherwise;
    }
}
