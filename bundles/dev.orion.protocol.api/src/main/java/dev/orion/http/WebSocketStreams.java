// SPDX-License-Identifier: Apache-2.0
package dev.orion.http;

import dev.orion.protocol.Connection;
import java.util.List;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Makes byte streams of WebSockets, for protocols that are spoken over TCP, too.
 *
 * <p>Whoever needs it is an {@link HttpService} with {@code upgrade = "websocket"}, and hands its
 * exchanges over.
 */
@ProviderType
public interface WebSocketStreams {

    /**
     * Makes a stream of the exchange's connection, or answers that it cannot.
     *
     * <p>The pipeline is then given bytes as they come in binary messages, however they are cut,
     * and frames the bytes that are written. A text message is closed with 1003 (RFC 6455 §7.4.1).
     * {@link Connection#finish} begins the closing handshake. A {@link dev.orion.protocol.GoAway}
     * goes through the pipeline to the protocol.
     *
     * <p><b>Threads:</b> the connection's event loop.
     *
     * @param protocol what is spoken from now on, for people
     * @param subprotocols one of them must be offered, and is said back (RFC 6455 §4.2.2)
     * @param maxMessageBytes the longest message; then close 1009
     * @param serve appends the protocol's handlers to the pipeline
     */
    void accept(
            HttpExchange exchange,
            String protocol,
            List<String> subprotocols,
            int maxMessageBytes,
            Consumer<Connection> serve);
}
