// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import dev.orion.net.CloseReason;
import dev.orion.protocol.CarriedConnection;
import dev.orion.protocol.Connection;

/** A connection as the protocol inside a WebSocket sees it: it ends with a closing handshake. */
final class StreamedConnection extends CarriedConnection {

    private final Connection carrier;
    private final StreamConnection socket;

    StreamedConnection(Connection carrier, StreamConnection socket) {
        super(carrier);
        this.carrier = carrier;
        this.socket = socket;
    }

    @Override
    public boolean endOutput() {
        return false; // a WebSocket has no half that ends alone
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
