// SPDX-License-Identifier: Apache-2.0
package dev.orion.net;

import java.time.Instant;

/**
 * What is known of one live connection at one moment.
 *
 * @param id {@code conn_} and eight hex digits
 * @param listener the name of the listener that accepted it; empty when it was opened from here
 * @param endpoint where that listener listens, or where the connection leads to
 * @param protocol the protocol that serves it now; after an upgrade the upgraded one ({@code
 *     websocket}); empty while it waits for one
 * @param remote {@code host:port} of the peer
 */
public record ConnectionInfo(
        String id,
        String listener,
        Endpoint endpoint,
        String protocol,
        String remote,
        Instant opened) {}
