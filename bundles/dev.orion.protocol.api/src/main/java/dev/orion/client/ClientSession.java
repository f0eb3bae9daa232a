// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import dev.orion.message.Publication;
import dev.orion.realtime.StreamPosition;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A connection's hold on a session: subscriptions, and deliveries that are not acknowledged, which
 * may outlive the connection and, where their expiry is not zero, the process.
 *
 * <p>Deliveries go to the {@link SessionOutlet} that opened it: what an earlier connection left
 * unacknowledged first, in its order and with its ids, after the reply that opened the session.
 *
 * <p>Channel names come from the peer, so every method answers a bad one with a refusal.
 *
 * <p><b>Threads:</b> every method but {@link #backlog} is called on the event loop of the outlet's
 * channel. After {@link #close}, or {@link Outlet#disconnect}, none does anything.
 */
@ProviderType
public interface ClientSession {

    /** The client's id as others see it; a random UUID. */
    String id();

    /**
     * Subscribes, or changes the options of the subscription with the same filter.
     *
     * <p>Answered with whether it is new; retained messages follow the answer. Refused as {@code
     * PERMISSION_DENIED}, {@code LIMIT_EXCEEDED}, {@code BAD_REQUEST}.
     */
    void subscribe(Filter filter, FilterOptions options, Reply<Boolean> reply);

    /** What it subscribes to now. */
    Set<Filter> filters();

    /** Ends the subscription with this filter; answered with whether there was one. */
    void unsubscribe(Filter filter, Reply<Boolean> reply);

    /**
     * Publishes. Answered when it is as safe as its quality of service asks: what is for sessions
     * that outlive the process has been stored.
     */
    void publish(String channel, Publication publication, Reply<StreamPosition> reply);

    /**
     * Publishes what may come again under the same id until it is {@linkplain #released released}:
     * then it is answered again, and nothing else happens (MQTT 5 §4.3.3).
     *
     * @param id the publisher's, 1 to 65,535
     */
    void publishOnce(int id, String channel, Publication publication, Reply<StreamPosition> reply);

    /** The peer will not publish under this id again; answered with whether it had. */
    void released(int id, Reply<Boolean> reply);

    /** The peer is done with a delivery, or has refused it; whether it was one. */
    boolean acknowledged(int id);

    /**
     * The peer has a delivery of exactly once, which is not sent again; answered with whether it
     * was one. What the peer does once it is told so, forgetting the id, must not come before this
     * is as safe as the session: so the protocol waits for the answer.
     */
    void received(int id, Reply<Boolean> reply);

    /** What waits for it now, also when this connection has ended. Any thread. */
    SessionBacklog backlog();

    /**
     * The connection ends.
     *
     * @param isGoodbye whether the peer said so, which takes its will back
     * @param expiry another one than it was opened with
     */
    void close(boolean isGoodbye, Optional<Duration> expiry);
}
