// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import dev.orion.net.CloseReason;
import io.netty.buffer.ByteBuf;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One peer's talk in the client protocol.
 *
 * <p><b>Threads:</b> every method is called on the event loop of the transport's channel.
 */
@ProviderType
public interface Conversation {

    /**
     * Takes one frame: one or more commands, each on a line of its own.
     *
     * <p>Answers are written at once and flushed by {@link #readComplete}.
     *
     * <p><b>Buffer:</b> borrows {@code commands}.
     */
    void receive(ByteBuf commands);

    /** Everything that has arrived in this turn has been received. */
    void readComplete();

    /** The peer broke a rule of the transport itself: the conversation says so and closes. */
    void end(CloseReason reason);

    /** The transport is gone. Calling it again does nothing. */
    void closed();
}
