// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import dev.orion.protocol.Connection;
import io.netty.buffer.ByteBuf;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The commands that clients of WebSocket, SSE, HTTP stream, TCP and UDP all speak.
 *
 * <p>Transports carry the bytes; what they mean is known here only.
 */
@ProviderType
public interface ClientProtocol {

    /**
     * Begins a conversation with a peer that has just connected.
     *
     * <p><b>Threads:</b> the connection's event loop.
     */
    Conversation begin(Connection connection, ClientTransport transport);

    /**
     * Begins to take commands that stand alone, each from whoever sends one, as datagrams bring
     * them.
     *
     * <p><b>Threads:</b> the connection's event loop.
     *
     * @param transport for people: {@code udp}
     */
    default LoneCommands lone(Connection connection, String transport) {
        throw new UnsupportedOperationException("this one has conversations only");
    }

    /**
     * Hands commands to the conversation of an emulated transport, whose own connection only
     * carries answers.
     *
     * <p><b>Threads:</b> any. <b>Buffer:</b> borrows {@code commands}.
     *
     * @param session the secret that the connect answer gave to the client
     * @return false when there is no such conversation
     */
    boolean emulate(String session, ByteBuf commands);
}
