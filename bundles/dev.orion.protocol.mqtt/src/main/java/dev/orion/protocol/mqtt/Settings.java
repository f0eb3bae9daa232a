// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import dev.orion.client.SessionSpec;
import dev.orion.configuration.Durations;
import java.time.Duration;

/** What can be configured. */
record Settings(
        Duration connectTimeout,
        int maxKeepAliveSeconds,
        Duration maxSessionExpiry,
        int receiveMaximum,
        int maxInFlight,
        int maxPacketBytes,
        int topicAliasMaximum,
        int maxClientIdBytes,
        int maxFilters,
        int maxUserProperties) {

    private static final int SHORT = 0xffff;

    Settings {
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new IllegalArgumentException(
                    "connectTimeout: " + connectTimeout + " (expected: > 0)");
        }
        if (maxSessionExpiry.isNegative()) {
            throw new IllegalArgumentException(
                    "maxSessionExpiry: " + maxSessionExpiry + " (expected: >= 0)");
        }
        within("maxKeepAliveSeconds", maxKeepAliveSeconds, 0, SHORT);
        within("receiveMaximum", receiveMaximum, 1, SHORT);
        within("maxInFlight", maxInFlight, 1, SHORT);
        within("maxPacketBytes", maxPacketBytes, 1024, VarInt.MAX);
        within("topicAliasMaximum", topicAliasMaximum, 0, SHORT);
        within("maxClientIdBytes", maxClientIdBytes, 23, SHORT); // MQTT-3.1.3-5
        within("maxFilters", maxFilters, 1, SHORT);
        within("maxUserProperties", maxUserProperties, 0, SHORT);
    }

    private static void within(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + min + " to " + max + ")");
        }
    }

    static Settings of(MqttProtocol.Config config) {
        return new Settings(
                Durations.parse(config.connectTimeout()),
                config.maxKeepAliveSeconds(),
                config.maxSessionExpiry().equals("never")
                        ? SessionSpec.NEVER
                        : Durations.parse(config.maxSessionExpiry()),
                config.receiveMaximum(),
                config.maxInFlight(),
                config.maxPacketBytes(),
                config.topicAliasMaximum(),
                config.maxClientIdBytes(),
                config.maxFilters(),
                config.maxUserProperties());
    }

    /** The keep alive that holds: what the client wishes, at most what is allowed; 0 for none. */
    int keepAlive(int wish) {
        boolean isTooLong = wish == 0 || wish > maxKeepAliveSeconds;
        return maxKeepAliveSeconds > 0 && isTooLong ? maxKeepAliveSeconds : wish;
    }

    /** The session expiry that holds. */
    Duration expiry(Duration wish) {
        return wish.compareTo(maxSessionExpiry) <= 0 ? wish : maxSessionExpiry;
    }
}
