// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.channel.ChannelHandler;
import java.util.Optional;

/** What is spoken by another wire, over TLS. */
record OverTls(Wire wire, ClientTls clients) implements Wire {

    OverTls(Wire wire) {
        this(wire, ClientTls.strangers());
    }

    @Override
    public Endpoint endpoint() {
        return Endpoint.MQTTS;
    }

    @Override
    public Optional<ClientTls> tls() {
        return Optional.of(clients);
    }

    @Override
    public ChannelHandler opening(Client client) {
        return wire.opening(client);
    }

    @Override
    public Publications publications(String channel, int most) {
        return wire.publications(channel, most);
    }
}
