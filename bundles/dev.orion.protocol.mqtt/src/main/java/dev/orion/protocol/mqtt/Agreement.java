// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import dev.orion.client.ClientSpec;
import dev.orion.client.SessionSpec;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * What a client wishes, and what it gets.
 *
 * @param name the client id, made up where the client has none
 * @param keepAlive in seconds; 0 for none
 * @param maxAliases topics that may have an alias on the way to the client
 */
record Agreement(
        ConnectPacket wish,
        String name,
        int keepAlive,
        Duration expiry,
        int receiveMaximum,
        int maxAliases) {

    static Agreement on(ConnectPacket wish, boolean isFive, Settings settings) {
        boolean isNameless = wish.clientId().isEmpty();
        return new Agreement(
                wish,
                isNameless ? UUID.randomUUID().toString() : wish.clientId(),
                isFive ? settings.keepAlive(wish.keepAlive()) : wish.keepAlive(),
                settings.expiry(wish.expiry()),
                Math.min(wish.receiveMaximum(), settings.maxInFlight()),
                Math.min(wish.topicAliasMaximum(), settings.topicAliasMaximum()));
    }

    SessionSpec spec(ClientSpec client) {
        return new SessionSpec(
                client, name, wish.cleanStart(), expiry, receiveMaximum, wish.will());
    }

    /** Writes the CONNACK, which tells a client of MQTT 5 where it gets something else. */
    void accept(boolean isPresent, boolean isFive, Settings settings, ByteBuf out) {
        if (!isFive) {
            Packets.accept(isPresent, out);
            return;
        }
        Packets.accept(
                isPresent,
                settings,
                wish.clientId().isEmpty() ? Optional.of(name) : Optional.empty(),
                keepAlive == wish.keepAlive() ? Optional.empty() : Optional.of(keepAlive),
                expiry.equals(wish.expiry()) ? Optional.empty() : Optional.of(expiry),
                out);
    }
}
