// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Turns the bytes of connections into messages and exchanges, and back.
 *
 * <p>A plug-in registers one as a service with {@link Speaks}. A listener whose URI has that name
 * as its scheme gives it every connection that it accepts; where it is the scheme's name over TLS,
 * once the handshake is done. A protocol never binds a port and does not see TLS.
 *
 * <p><b>Threads:</b> {@link #serve} is called on the connection's event loop, from many loops at
 * once; it must not block.
 *
 * <p><b>Ends:</b> when the service is unregistered, each connection gets a {@link GoAway} as a user
 * event in its pipeline, and is closed when it has not gone a moment later.
 */
@ConsumerType
public interface Protocol {

    /**
     * Appends the protocol's handlers to the pipeline of a new connection.
     *
     * <p>Nothing has been read from the connection yet.
     */
    void serve(Connection connection);
}
