// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

/**
 * Hears what a subscriber gets.
 *
 * <p><b>Threads:</b> the subscriber's event loop.
 */
interface Arrivals {

    /** Messages have arrived; more may come in the same turn. */
    void arrived(int messages);

    /** Everything that has come in this turn has been reported. */
    default void turnEnded() {}
}
