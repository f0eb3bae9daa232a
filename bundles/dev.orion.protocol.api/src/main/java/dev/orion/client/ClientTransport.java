// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Framing;
import io.netty.channel.Channel;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a transport does for a conversation.
 *
 * <p><b>Threads:</b> every method is called on the channel's event loop.
 */
@ConsumerType
public interface ClientTransport {

    /** For people: {@code websocket}, {@code sse}, {@code http_stream}, {@code tcp}. */
    String name();

    /** Takes the framed bytes. */
    Channel channel();

    /** How one or more JSON objects, each on a line of its own, are framed; a shared instance. */
    Framing framing();

    /** Whether commands come by other connections, so that the client needs a session's secret. */
    boolean isEmulated();

    /** Whether the peer is expected to answer pings; a person at a terminal is not. */
    boolean answersPings();

    /** Whether close codes exist on this wire; where not, a disconnect push says them. */
    boolean hasCloseCodes();

    /** Closes with the reason, in the transport's words, after what has been written. */
    void close(CloseReason reason);
}
