// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import dev.orion.http.HttpExchange;
import dev.orion.http.WebSocketStreams;
import dev.orion.protocol.Connection;
import io.netty.channel.ChannelPipeline;
import java.util.List;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Byte streams over WebSocket. */
@Component
public final class ByteStreams implements WebSocketStreams {

    private final WebSockets sockets = new WebSockets(new WebSockets.Settings(1));

    @Activate
    public ByteStreams() {}

    @Deactivate
    void close() {
        sockets.close();
    }

    @Override
    public void accept(
            HttpExchange exchange,
            String protocol,
            List<String> subprotocols,
            int maxMessageBytes,
            Consumer<Connection> serve) {
        Connection carrier = exchange.connection();
        Consumer<ChannelPipeline> install =
                pipeline -> {
                    var socket = new StreamConnection(carrier, sockets, maxMessageBytes);
                    pipeline.addLast(WebSocketConnection.NAME, socket); // frames -> bytes
                    pipeline.addLast(BinaryFrames.NAME, BinaryFrames.INSTANCE); // bytes -> frame
                    serve.accept(new StreamedConnection(carrier, socket));
                };
        Handshake.accept(exchange, protocol, Subprotocols.oneOf(subprotocols), install);
    }
}
