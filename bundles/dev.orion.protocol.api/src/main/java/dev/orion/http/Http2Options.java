// SPDX-License-Identifier: Apache-2.0
package dev.orion.http;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a protocol that is built on HTTP/2 wishes of its connections.
 *
 * @param maxStreams requests in progress at once (SETTINGS_MAX_CONCURRENT_STREAMS); more are
 *     refused
 * @param maxHeaderBytes all fields of a request (SETTINGS_MAX_HEADER_LIST_SIZE); more is answered
 *     with 431
 * @param windowBytes what a peer may send ahead of its reader, for each stream
 *     (SETTINGS_INITIAL_WINDOW_SIZE)
 * @param idle how long a connection without a request stays; zero for as long as it likes
 * @param leastPingInterval pings that come faster, with nothing else between them, are answered
 *     with ENHANCE_YOUR_CALM once there have been a few; zero where only floods are
 */
public record Http2Options(
        int maxStreams,
        int maxHeaderBytes,
        int windowBytes,
        Duration idle,
        Duration leastPingInterval) {

    /** RFC 9113 §6.5.2. */
    private static final int LEAST_WINDOW_BYTES = 65_535;

    public Http2Options {
        if (maxStreams < 1) {
            throw new IllegalArgumentException("maxStreams: " + maxStreams + " (expected: >= 1)");
        }
        if (maxHeaderBytes < 1) {
            throw new IllegalArgumentException(
                    "maxHeaderBytes: " + maxHeaderBytes + " (expected: >= 1)");
        }
        if (windowBytes < LEAST_WINDOW_BYTES) {
            throw new IllegalArgumentException(
                    "windowBytes: " + windowBytes + " (expected: >= " + LEAST_WINDOW_BYTES + ")");
        }
        requireNonNull(idle, "idle");
        requireNonNull(leastPingInterval, "leastPingInterval");
    }
}
