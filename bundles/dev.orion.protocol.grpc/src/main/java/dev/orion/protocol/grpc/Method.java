// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

/**
 * A method that is answered here.
 *
 * <p><b>Threads:</b> the connection's event loop, many at once; it has no state.
 */
interface Method {

    /** Begins a call. What it throws as a {@link StatusException} ends the call. */
    Answering begin(ServerCall call);

    /**
     * What is done with the messages of one call.
     *
     * <p><b>Threads:</b> the connection's event loop.
     */
    interface Answering {

        /** Takes a message. What it throws as a {@link StatusException} ends the call. */
        void message(byte[] message);

        /** There are no more messages. */
        void end();

        /** Nothing can be said any more: what the call holds is to be let go. */
        default void over() {}

        /** The connection says good-bye. */
        default void goAway() {}
    }
}
