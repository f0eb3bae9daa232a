// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import io.netty.buffer.ByteBuf;

/** Passes the bytes of binary messages on to the handlers behind it. */
final class StreamConnection extends WebSocketConnection {

    private final int maxMessageBytes;

    StreamConnection(
            Connection connection,
            WebSockets sockets,
            MessageFraming framing,
            int maxMessageBytes) {
        super(connection, sockets, framing);
        this.maxMessageBytes = maxMessageBytes;
    }

    @Override
    int maxMessageBytes() {
        return maxMessageBytes;
    }

    @Override
    void text(ByteBuf message) {
        int code = CloseCode.UNSUPPORTED_DATA.code();
        close(code, "binary expected", CloseReason.BAD_REQUEST);
    }

    @Override
    void binary(ByteBuf message) {
        if (message.isReadable()) {
            ByteBuf bytes = channel().alloc().buffer(message.readableBytes());
            bytes.writeBytes(message, message.readerIndex(), message.readableBytes());
            context().fireChannelRead(bytes);
        }
    }

    @Override
    void readComplete() {
        if (!isClosing()) {
            context().fireChannelReadComplete();
        }
    }

    @Override
    void goAway(CloseReason reason) {
        context().fireUserEventTriggered(new GoAway(reason));
    }

    /** The protocol has said its good-bye; now the WebSocket says its own. */
    void finish(CloseReason reason) {
        CloseCode code =
                reason.equals(CloseReason.SHUTDOWN) ? CloseCode.SERVICE_RESTART : CloseCode.NORMAL;
        close(code.code(), code.text(), reason);
    }
}
