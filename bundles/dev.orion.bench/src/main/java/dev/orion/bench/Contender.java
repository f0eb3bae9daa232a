// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

/** A server that can be measured. */
interface Contender {

    String name();

    /**
     * Starts a fresh one and waits until it is ready.
     *
     * @param endpoint whose port the process tells
     */
    ServerProcess start(Loops loops, Wire.Endpoint endpoint);

    /** How many event loops a server has. */
    enum Loops {
        /** One for each processor, or what the server holds for right. */
        DEFAULT,
        ONE
    }
}
