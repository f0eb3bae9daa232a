// SPDX-License-Identifier: Apache-2.0
package dev.orion.http;

import io.netty.buffer.ByteBuf;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Takes the body of a request piece by piece.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
@ConsumerType
public interface BodyReader {

    /**
     * Takes the next piece.
     *
     * <p><b>Buffer:</b> borrows {@code piece}.
     */
    void piece(ByteBuf piece);

    /** The body is complete. Not called when the connection closes before. */
    void end();
}
