// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import static java.util.Objects.requireNonNull;

import dev.orion.net.CloseReason;
import dev.orion.protocol.GoAway;
import io.netty.channel.Channel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the connections of one service share, and the connections themselves.
 *
 * <p><b>Threads:</b> any.
 *
 * <p><b>Ends:</b> closing it asks every connection to go.
 */
final class WebSockets implements AutoCloseable {

    private final Set<WebSocketConnection> open = ConcurrentHashMap.newKeySet();
    private final LargeMessages largeMessages = new LargeMessages();
    private volatile Settings settings;
    private volatile boolean closed;

    WebSockets(Settings settings) {
        this.settings = requireNonNull(settings, "settings");
    }

    /**
     * What can be configured.
     *
     * @param maxMessageBytes of one message
     * @param largeMessageBytes of all large messages together
     * @param compression for connections from now on
     */
    record Settings(int maxMessageBytes, long largeMessageBytes, Compression compression) {

        static final Settings DEFAULT =
                new Settings(65_536, 64L << 20, new Compression(true, 1024, 1));

        Settings {
            requireNonNull(compression, "compression");
            if (maxMessageBytes < 1) {
                throw new IllegalArgumentException(
                        "maxMessageBytes: " + maxMessageBytes + " (expected: >= 1)");
            }
            if (largeMessageBytes < 0) {
                throw new IllegalArgumentException(
                        "largeMessageBytes: " + largeMessageBytes + " (expected: >= 0)");
            }
        }

        static Settings of(ClientWebSocket.Config config) {
            return new Settings(
                    config.maxMessageBytes(), config.largeMessageBytes(), Compression.of(config));
        }

        static Settings ofEcho(ClientWebSocket.Config config) {
            return new Settings(
                    config.echoMaxMessageBytes(),
                    config.largeMessageBytes(),
                    Compression.of(config));
        }
    }

    Settings settings() {
        return settings;
    }

    void settings(Settings changed) {
        settings = requireNonNull(changed, "changed");
    }

    LargeMessages largeMessages() {
        return largeMessages;
    }

    void add(WebSocketConnection connection) {
        open.add(connection);
        if (closed) {
            goAway(connection); // its handshake was under way
        }
    }

    void remove(WebSocketConnection connection) {
        open.remove(connection);
    }

    int size() {
        return open.size();
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(WebSockets::goAway);
    }

    private static void goAway(WebSocketConnection connection) {
        Channel channel = connection.channel();
        var goAway = new GoAway(CloseReason.SHUTDOWN);
        channel.eventLoop().execute(() -> channel.pipeline().fireUserEventTriggered(goAway));
    }
}
