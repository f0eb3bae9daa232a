// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import dev.orion.message.Message;
import dev.orion.realtime.Member;
import io.netty.buffer.ByteBuf;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * How what is delivered looks on one kind of wire.
 *
 * <p>Clients with <em>equal</em> wire forms get the very same bytes: what a channel brings in one
 * turn of an event loop is encoded once into one buffer, which is written to each of them.
 *
 * <p><b>Threads:</b> many event loops at once; it has no state.
 *
 * <p><b>Buffer:</b> every method borrows {@code out} and appends to it complete, framed bytes.
 */
@ConsumerType
public interface WireForm {

    /** Appends one publication. */
    void publication(Message message, ByteBuf out);

    /** Appends the news that a client has subscribed to a channel. */
    void joined(String channel, Member member, ByteBuf out);

    /** Appends the news that a client has left a channel. */
    void left(String channel, Member member, ByteBuf out);
}
