// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.util.concurrent.CompletableFuture;

/**
 * Load that the bench puts on one server.
 *
 * <p><b>Threads:</b> one, which is not an event loop. <b>Ends:</b> by {@link #close}.
 */
interface Work extends AutoCloseable {

    /** Opens the clients, and has each of them used once. */
    void open(int port);

    /** Begins to load the server. */
    void begin();

    /** Forgets what was noted until now: the warm-up is over. */
    default void warm() {}

    /** Stops, and waits until everything has arrived. */
    void end();

    /** How many units of work have been done since the work was opened. */
    long done();

    /**
     * What is worth telling beside the processor time.
     *
     * @param perSecond units of work done in a second
     */
    double[] figures(double perSecond);

    /** Completed exceptionally when a client has lost its connection. */
    CompletableFuture<Void> lost();

    @Override
    void close();
}
