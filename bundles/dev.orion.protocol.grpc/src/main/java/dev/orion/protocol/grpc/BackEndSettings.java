// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import java.time.Duration;

/**
 * How back ends are reached.
 *
 * @param connections at most to one of them
 * @param streams at once over one connection, at most
 * @param waiting calls that wait for a connection, at most
 * @param maxMetadataBytes all fields of an answer
 * @param windowBytes what may come on a stream before it is read
 * @param timeout how long a connection may take until calls go over it
 * @param idle how long a connection stays unused
 * @param ping how often a connection in use is asked whether it lives
 * @param pong how long it has to answer that
 */
record BackEndSettings(
        int connections,
        int streams,
        int waiting,
        int maxMetadataBytes,
        int windowBytes,
        Duration timeout,
        Duration idle,
        Duration ping,
        Duration pong) {

    /** gRPC's own (gRFC A8). */
    static final Duration PONG = Duration.ofSeconds(20);

    BackEndSettings {
        if (connections < 1) {
            throw new IllegalArgumentException(
                    "backEndConnections: " + connections + " (expected: >= 1)");
        }
        if (streams < 1) {
            throw new IllegalArgumentException("backEndStreams: " + streams + " (expected: >= 1)");
        }
        if (waiting < 0) {
            throw new IllegalArgumentException("backEndWaiting: " + waiting + " (expected: >= 0)");
        }
        positive("backEndTimeout", timeout);
        positive("backEndIdle", idle);
        positive("backEndPing", ping);
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }
}
