// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import io.netty.buffer.ByteBuf;

/** Sends every message back. */
final class EchoConnection extends WebSocketConnection {

    EchoConnection(Connection connection, WebSockets sockets, MessageFraming framing) {
        super(connection, sockets, framing);
    }

    @Override
    void text(ByteBuf message) {
        write(Opcode.TEXT, message);
    }

    @Override
    void binary(ByteBuf message) {
        write(Opcode.BINARY, message);
    }

    @Override
    void goAway(CloseReason reason) {
        CloseCode restart = CloseCode.SERVICE_RESTART;
        close(restart.code(), restart.text(), reason);
    }
}
