// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import dev.orion.client.ClientProtocol;
import dev.orion.client.ClientTransport;
import dev.orion.client.Conversation;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Framing;
import io.netty.buffer.ByteBuf;

/** Carries the client protocol: a text message has commands, a frame has answers. */
final class ClientConnection extends WebSocketConnection implements ClientTransport {

    private final Conversation conversation;

    ClientConnection(
            Connection connection,
            WebSockets sockets,
            MessageFraming framing,
            ClientProtocol protocol) {
        super(connection, sockets, framing);
        conversation = protocol.begin(connection, this);
    }

    // What arrives

    @Override
    void text(ByteBuf message) {
        conversation.receive(message);
    }

    @Override
    void binary(ByteBuf message) {
        close(CloseCode.UNSUPPORTED_DATA);
    }

    @Override
    void readComplete() {
        conversation.readComplete();
    }

    @Override
    void goAway(CloseReason reason) {
        conversation.end(reason);
    }

    @Override
    void gone() {
        conversation.closed();
    }

    // What the conversation asks for

    @Override
    public String name() {
        return "websocket";
    }

    @Override
    public Framing framing() {
        return messageFraming();
    }

    @Override
    public boolean isEmulated() {
        return false;
    }

    @Override
    public boolean answersPings() {
        return true;
    }

    @Override
    public boolean hasCloseCodes() {
        return true;
    }

    @Override
    public void close(CloseReason reason) {
        close(reason.code(), reason.text(), reason);
    }
}
