// SPDX-License-Identifier: Apache-2.0
package dev.orion.http;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Answers the exchanges of some paths.
 *
 * <p>A plug-in registers one as a service with {@link HttpPath}. It is looked up once per exchange.
 *
 * <p><b>Threads:</b> called on the connection's event loop, from many loops at once; must not
 * block.
 */
@ConsumerType
public interface HttpService {

    /**
     * Takes an exchange whose head has arrived and sees to its answer, now or later.
     *
     * <p>An exception is answered with 500.
     */
    void serve(HttpExchange exchange);

    /**
     * How many peers it has in hand beyond {@link #serve}: upgraded connections, open streams. A
     * version that has been replaced is kept until there are none, or its time is over.
     *
     * <p><b>Threads:</b> any; also after the service is unregistered.
     */
    default int connections() {
        return 0;
    }
}
