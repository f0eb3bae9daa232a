// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static java.util.Objects.requireNonNull;

import io.netty.channel.WriteBufferWaterMark;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What all listeners have in common.
 *
 * @param eventLoops at least 1
 * @param waterMarks of the bytes that wait to be written to one connection
 * @param maxWaiting connections of one listener that wait for a protocol at once
 * @param maxWait how long each of them does
 * @param closeTimeout how long a connection that is asked to go has to go by itself
 * @param handshakeTimeout how long a TLS handshake may take
 * @param tlsProvider as {@link TlsProvider#choose} takes it, which is done when TLS is needed
 * @param portOffset is added to every configured port except 0
 * @param home where {@code tls} is, and what paths of PEM files begin at
 * @param outbound what connections that are opened from here have in common
 */
record Settings(
        Transport transport,
        int eventLoops,
        WriteBufferWaterMark waterMarks,
        int maxWaiting,
        Duration maxWait,
        Duration closeTimeout,
        Duration handshakeTimeout,
        String tlsProvider,
        int portOffset,
        Path home,
        OutboundSettings outbound) {

    Settings {
        requireNonNull(transport, "transport");
        requireNonNull(waterMarks, "waterMarks");
        if (eventLoops < 1) {
            throw new IllegalArgumentException("eventLoops: " + eventLoops + " (expected: >= 1)");
        }
        if (maxWaiting < 0) {
            throw new IllegalArgumentException("maxWaiting: " + maxWaiting + " (expected: >= 0)");
        }
        requireNonNull(maxWait, "maxWait");
        requireNonNull(closeTimeout, "closeTimeout");
        requireNonNull(handshakeTimeout, "handshakeTimeout");
        requireNonNull(tlsProvider, "tlsProvider");
        requireNonNull(home, "home");
        requireNonNull(outbound, "outbound");
    }
}
