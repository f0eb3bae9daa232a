// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import dev.orion.protocol.Framing;
import io.netty.buffer.ByteBuf;

/**
 * How whole messages become frames on one kind of connection.
 *
 * <p>Connections with equal framings share what is delivered to them: it is framed, and compressed,
 * once.
 */
sealed interface MessageFraming extends Framing permits PlainFraming, DeflateFraming {

    /** Appends a whole message. <b>Buffer:</b> borrows both. */
    void frame(int opcode, ByteBuf payload, ByteBuf out);

    /** Whether a message of this length is worth the work. */
    boolean compresses(int length);

    /** Whether the peer may send compressed messages. */
    boolean mayBeCompressed();

    @Override
    default void frame(ByteBuf payload, ByteBuf out) {
        frame(Opcode.TEXT, payload, out);
    }
}
