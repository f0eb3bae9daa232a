// SPDX-License-Identifier: Apache-2.0
package dev.orion.net;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is told what happens to connections; register one as a service, with {@link ListensTo} where it
 * wants to know more than who comes and goes and what goes wrong.
 *
 * <p><b>Threads:</b> one call at a time, in the order in which things happened, on a thread that is
 * no event loop's and holds no lock; it may block. At most 1,024 events wait for it. When more come
 * they are missed and counted, and it is told so by a {@link ConnectionEvent.Missed} in their
 * place.
 *
 * <p><b>Ends:</b> when the service is unregistered no further call is begun; what waits for it is
 * forgotten.
 */
@ConsumerType
@FunctionalInterface
public interface ConnectionListener {

    /**
     * Takes the next event.
     *
     * <p>An exception is logged, once for a burst of them, and the next event comes all the same.
     */
    void happened(ConnectionEvent event);
}
