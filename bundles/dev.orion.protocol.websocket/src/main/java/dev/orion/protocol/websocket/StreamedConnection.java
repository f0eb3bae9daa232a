// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import dev.orion.net.CloseReason;
import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import io.netty.channel.Channel;
import java.util.Set;

/** A connection as the protocol inside a WebSocket sees it: it ends with a closing handshake. */
record StreamedConnection(Connection carrier, StreamConnection socket) implements Connection {

    @Override
    public String id() {
        return carrier.id();
    }

    @Override
    public Endpoint endpoint() {
        return carrier.endpoint();
    }

    @Override
    public String listener() {
        return carrier.listener();
    }

    @Override
    public Set<String> serves() {
        return carrier.serves();
    }

    @Override
    public Channel channel() {
        return carrier.channel();
    }

    @Override
    public String protocol() {
        return carrier.protocol();
    }

    @Override
    public void protocol(String name) {
        carrier.protocol(name);
    }

    @Override
    public void failed(Throwable cause) {
        carrier.failed(cause);
    }

    @Override
    public void defended(String limit) {
        carrier.defended(limit);
    }

    @Override
    public String applicationProtocol() {
        return carrier.applicationProtocol();
    }

    @Override
    public void close(CloseReason reason) {
        carrier.close(reason);
    }

    @Override
    public void finish(CloseReason reason) {
        socket.finish(reason);
    }
}
