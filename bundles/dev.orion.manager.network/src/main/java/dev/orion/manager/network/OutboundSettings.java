// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What all connections that are opened from here have in common.
 *
 * @param connectTimeout how long it may take to find an address and to connect to it
 * @param handshakeTimeout how long a TLS handshake may take after that
 * @param trust PEM file of issuers that are trusted besides the JDK's
 */
record OutboundSettings(Duration connectTimeout, Duration handshakeTimeout, Optional<Path> trust) {

    OutboundSettings {
        if (connectTimeout.isZero() || connectTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    "connectTimeout: " + connectTimeout + " (expected: > 0)");
        }
        requireNonNull(handshakeTimeout, "handshakeTimeout");
        requireNonNull(trust, "trust");
    }
}
