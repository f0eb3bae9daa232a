// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;

/**
 * Flushes a connection once, at the end of the turn, for all of its streams.
 *
 * <p>A stream hands frames to its connection when it writes them; only the connection has a socket.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class TurnFlush implements Runnable {

    private static final AttributeKey<TurnFlush> KEY =
            AttributeKey.valueOf(TurnFlush.class, "flush");

    private final Channel connection;
    private boolean scheduled;

    private TurnFlush(Channel connection) {
        this.connection = connection;
    }

    /** The one of the connection that a stream belongs to. */
    static TurnFlush of(Channel stream) {
        Channel connection = stream.parent();
        var attribute = connection.attr(KEY);
        TurnFlush flush = attribute.get();
        if (flush == null) {
            flush = new TurnFlush(connection);
            attribute.set(flush);
        }
        return flush;
    }

    /** Something has been written. */
    void wrote() {
        if (!scheduled) {
            scheduled = true;
            connection.eventLoop().execute(this);
        }
    }

    @Override
    public void run() {
        scheduled = false;
        connection.flush();
    }
}
