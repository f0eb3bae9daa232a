// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import dev.orion.http.HttpExchange;
import dev.orion.http.WebSocketStreams;
import dev.orion.protocol.Connection;
import io.netty.channel.ChannelPipeline;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;

/** Byte streams over WebSocket. */
@Component(configurationPid = ClientWebSocket.PID)
public final class ByteStreams implements WebSocketStreams {

    private final WebSockets sockets;

    @Activate
    public ByteStreams(ClientWebSocket.Config config) {
        this(WebSockets.Settings.of(config));
    }

    /** With the default settings, outside of a framework. */
    public ByteStreams() {
        this(WebSockets.Settings.DEFAULT);
    }

    ByteStreams(WebSockets.Settings settings) { // for tests
        sockets = new WebSockets(settings);
    }

    /** A new instance would end every connection; compression holds for those that come. */
    @Modified
    void modified(ClientWebSocket.Config config) {
        sockets.settings(WebSockets.Settings.of(config));
    }

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
        BiConsumer<ChannelPipeline, MessageFraming> install =
                (pipeline, framing) -> {
                    var socket = new StreamConnection(carrier, sockets, framing, maxMessageBytes);
                    pipeline.addLast(WebSocketConnection.NAME, socket); // frames -> bytes
                    pipeline.addLast(BinaryFrames.NAME, BinaryFrames.of(framing)); // bytes -> frame
                    serve.accept(new StreamedConnection(carrier, socket));
                };
        Handshake.accept(
                exchange,
                protocol,
                Subprotocols.oneOf(subprotocols),
                sockets.settings().compression(),
                install);
    }
}
