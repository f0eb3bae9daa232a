// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Takes commands that stand alone, from peers that have no session: they can publish and ask, and
 * nothing is ever sent to them but answers.
 *
 * <p><b>Threads:</b> every method is called on the connection's event loop.
 */
@ProviderType
public interface LoneCommands {

    /**
     * Takes one command.
     *
     * <p>Only a command with an id is answered, and no answer is longer than its command: one that
     * would be becomes an error that fits, or nothing.
     *
     * <p><b>Buffer:</b> borrows {@code command}; {@code answer}, which is called once at most,
     * perhaps later, takes ownership of what it is given.
     */
    void receive(ByteBuf command, Consumer<ByteBuf> answer);

    /** No command comes any more, and nothing is answered. Calling it again does nothing. */
    void close();
}
