// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import java.util.List;

/**
 * One connection to the other broker, from the first attempt to its end. It remembers nothing: what
 * is not acknowledged is kept by the session here and by the one there.
 *
 * <p><b>Threads:</b> one thread opens, subscribes, sends and closes, and may be blocked by it for
 * the connect timeout; {@link #acknowledge} and {@link #abort} are for any.
 */
interface Link {

    /**
     * Connects.
     *
     * @throws LinkException when that fails
     */
    Opened open() throws LinkException;

    /**
     * Subscribes to what the mappings say.
     *
     * @return what was refused, for people; empty where nothing was
     */
    List<String> subscribe(List<Mapping> mappings) throws LinkException;

    /** Sends a publication. */
    void publish(Sending sending) throws LinkException;

    /** Releases a publication that the other broker has said before that it has. */
    void release(int id) throws LinkException;

    /** The publication with this id, which is to come at least once, has been taken. */
    void acknowledge(int id);

    /** Ends it from any thread: whoever waits for it is told so. */
    void abort(String reason);

    /**
     * Disconnects in a bounded time; calling it again does nothing.
     *
     * @param forget whether the other broker is to forget the session, where that can be said
     */
    void close(boolean forget);

    /**
     * What the other broker has said.
     *
     * @param isPresent whether it still has the session of the connection before
     * @param receiveMaximum how many publications it takes before it acknowledges one
     * @param maxPacketBytes the longest packet that it takes
     */
    record Opened(boolean isPresent, int receiveMaximum, long maxPacketBytes) {}

    /**
     * What a link tells.
     *
     * <p><b>Threads:</b> the threads of Paho, which may be blocked for a while.
     */
    interface Events {

        /** A publication that is lost with the connection, or acknowledged once it was taken. */
        void arrived(Link link, Received received);

        /**
         * A publication that comes exactly once; returns when it has been taken.
         *
         * @throws LinkException when it could not be taken now
         */
        void arrivedOnce(Link link, Received received) throws LinkException;

        /** The other broker will not send under this id again; returns when that is safe. */
        void released(int id) throws LinkException;

        /** The other broker has a publication of exactly once; returns when that is safe. */
        void received(int id) throws LinkException;

        /**
         * The other broker is done with a publication.
         *
         * @param refusal why it has refused it; empty where it has not
         */
        void acknowledged(int id, String refusal);

        /** The connection has ended by itself. */
        void lost(Link link, String reason);
    }
}
