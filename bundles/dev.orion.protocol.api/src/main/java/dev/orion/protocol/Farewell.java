// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol;

import dev.orion.net.CloseReason;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection in two steps: to close a socket that holds unread bytes would reset it, and
 * the peer would lose the words that told it why.
 */
final class Farewell {

    private static final long LINGER_SECONDS = 1;

    private Farewell() {}

    static void begin(Connection connection, CloseReason reason) {
        Channel channel = connection.channel();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(
                        written -> {
                            if (!written.isSuccess() || !connection.endOutput()) {
                                connection.close(reason);
                            } // else the peer closes in its turn
                        });
        closeLater(connection, reason); // the peer may not read at all
    }

    private static void closeLater(Connection connection, CloseReason reason) {
        if (connection.channel().isActive()) {
            connection
                    .channel()
                    .eventLoop()
                    .schedule(() -> connection.close(reason), LINGER_SECONDS, TimeUnit.SECONDS);
        }
    }
}
