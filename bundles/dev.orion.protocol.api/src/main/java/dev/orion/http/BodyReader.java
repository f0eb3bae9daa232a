// SPDX-License-Identifier: Apache-2.0
package dev.orion.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
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

    /** The body is complete. Not called when the peer goes away before. */
    void end();

    /**
     * The body is complete, and fields follow it (RFC 9110 §6.5); called in place of {@link #end()}
     * where there are any.
     */
    default void end(HttpHeaders trailers) {
        end();
    }
}
