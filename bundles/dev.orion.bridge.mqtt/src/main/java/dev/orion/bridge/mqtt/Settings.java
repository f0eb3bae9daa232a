// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import dev.orion.client.QueueLimit;
import dev.orion.net.Endpoint;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How one bridge is configured.
 *
 * @param name the last part of its configuration's name
 * @param version 3 for MQTT 3.1.1, or 5
 * @param clientId empty for one that is made of the name and the session's id
 * @param buffer what may wait for the other broker
 * @param maxInFlight publications that it has not acknowledged, at most
 * @param sessionExpiry how long the other broker keeps what is for this one while it is away
 * @param roles what the channels' rules look at
 */
record Settings(
        String name,
        Endpoint endpoint,
        int version,
        Optional<String> clientId,
        Optional<String> username,
        Optional<Secret> password,
        Mappings mappings,
        QueueLimit buffer,
        int maxInFlight,
        Duration minBackoff,
        Duration maxBackoff,
        Duration connectTimeout,
        Duration keepAlive,
        Duration sessionExpiry,
        int maxPacketBytes,
        Set<String> roles,
        Optional<TlsFiles> tls) {

    private static final int MAX_KEEP_ALIVE_SECONDS = 0xffff;

    Settings {
        roles = Set.copyOf(roles);
        if (!endpoint.protocol().equals("mqtt")) {
            throw new IllegalArgumentException(
                    "uri: " + endpoint + " (expected: mqtt://host:port or mqtts://host:port)");
        }
        if (version != 3 && version != 5) {
            throw new IllegalArgumentException("version: " + version + " (expected: 3 or 5)");
        }
        if (maxInFlight < 1 || maxInFlight > 0xffff) {
            throw new IllegalArgumentException(
                    "maxInFlight: " + maxInFlight + " (expected: 1 to 65535)");
        }
        positive("minBackoff", minBackoff);
        positive("connectTimeout", connectTimeout);
        if (maxBackoff.compareTo(minBackoff) < 0) {
            throw new IllegalArgumentException(
                    "maxBackoff: " + maxBackoff + " (expected: not less than minBackoff)");
        }
        if (keepAlive.toSeconds() > MAX_KEEP_ALIVE_SECONDS) {
            throw new IllegalArgumentException(
                    "keepAlive: " + keepAlive + " (expected: at most 65535s)");
        }
        if (username.isEmpty() && password.isPresent() && version == 3) { // §3.1.2.9
            throw new IllegalArgumentException("password: needs username (expected: both)");
        }
    }

    private static void positive(String key, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: > 0)");
        }
    }

    /** The other broker as Paho writes it. */
    String pahoUri() {
        return (endpoint.isSecure() ? "ssl://" : "tcp://") + endpoint.authority();
    }
}
