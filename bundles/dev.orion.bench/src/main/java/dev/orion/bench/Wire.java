// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.channel.ChannelHandler;
import java.util.Optional;

/** What the loader's clients speak with a server. */
interface Wire {

    /** Where servers listen for it. */
    Endpoint endpoint();

    /** What its clients speak TLS with, where it is over TLS. */
    default Optional<ClientTls> tls() {
        return Optional.empty();
    }

    /**
     * Opens the conversation of a new connection: once everything is subscribed it completes {@link
     * Client#opened}, and leaves its place in the pipeline to what counts arrivals.
     */
    ChannelHandler opening(Client client);

    /**
     * Publications of one channel.
     *
     * @param most how many are taken at once, at most
     */
    Publications publications(String channel, int most);

    /** What a server listens for. */
    enum Endpoint {
        /** The client protocol over WebSocket. */
        WEB,
        MQTT,
        /** HTTP/1.1, where {@code /echo} answers with what it gets, also as a WebSocket. */
        HTTP1,
        /** The same over HTTP/2 by prior knowledge. */
        HTTP2,
        /** HTTP over TLS, where {@code /echo} answers with what it gets. */
        HTTPS,
        MQTTS,
        /** Connections that are passed on to the {@link BackEnd}. */
        THROUGH,
        /** Commands, a datagram each. */
        DATAGRAMS,
        /** Calls to a service of the bench's own, which the server passes on. */
        GRPC
    }
}
