// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.Http2Options;
import java.time.Duration;

/**
 * What one HTTP/2 connection may cost.
 *
 * @param options what the protocol above it wishes
 * @param maxResets streams that may be reset, by either side, within {@link #WINDOW}
 * @param maxControlFrames PING, SETTINGS, PRIORITY and unknown frames that may come in a row within
 *     {@link #WINDOW}, with no piece of a message between them
 * @param head how long the peer has for its first frame, and for the rest of a head that it has
 *     begun while no stream is open
 * @param stalled how long a stream may stand still that waits for the peer
 */
record Http2Limits(
        Http2Options options,
        int maxResets,
        int maxControlFrames,
        Duration head,
        Duration stalled) {

    static final Duration WINDOW = Duration.ofSeconds(10);

    static final Http2Limits DEFAULT =
            new Http2Limits(
                    new Http2Options(100, 8192, 262_144, Duration.ofSeconds(60), Duration.ZERO),
                    1000,
                    1000,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60));

    /** The same, for what another protocol wishes. */
    Http2Limits with(Http2Options others) {
        return new Http2Limits(others, maxResets, maxControlFrames, head, stalled);
    }

    Http2Limits {
        if (maxResets < 1) {
            throw new IllegalArgumentException("maxResets: " + maxResets + " (expected: >= 1)");
        }
        if (maxControlFrames < 1) {
            throw new IllegalArgumentException(
                    "maxControlFrames: " + maxControlFrames + " (expected: >= 1)");
        }
    }
}
