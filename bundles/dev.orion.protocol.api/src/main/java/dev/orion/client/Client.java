// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import dev.orion.message.Publication;
import dev.orion.realtime.History;
import dev.orion.realtime.HistoryQuery;
import dev.orion.realtime.Member;
import dev.orion.realtime.PresenceStats;
import dev.orion.realtime.StreamPosition;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A session of somebody on the real-time side, with the rights that the channels' rules give it.
 *
 * <p>Channel names come from the peer, so every method answers a bad one with a refusal.
 *
 * <p><b>Threads:</b> every method is called on the event loop of the client's channel.
 */
@ProviderType
public interface Client {

    /** Unique, and hard to guess: a random UUID. */
    String id();

    String user();

    /**
     * Subscribes to a channel.
     *
     * <p>The reply comes before the first delivery. Refused as {@code ALREADY_SUBSCRIBED}, {@code
     * PERMISSION_DENIED}, {@code LIMIT_EXCEEDED}, {@code BAD_REQUEST} (the name).
     */
    void subscribe(String channel, SubscribeOptions options, Reply<Subscribed> reply);

    /** Leaves a channel; no delivery follows. Whether the client was on it. */
    boolean unsubscribe(String channel);

    /** Whether the client is on the channel, or on its way to. */
    boolean isSubscribed(String channel);

    /** Publishes to a channel; the reply has the message's place in the history. */
    void publish(String channel, Publication publication, Reply<StreamPosition> reply);

    /** Who is on a channel that the client may subscribe to. */
    void presence(String channel, Reply<List<Member>> reply);

    /** How many are on a channel that the client may subscribe to. */
    void presenceStats(String channel, Reply<PresenceStats> reply);

    /** Kept messages of a channel that the client may subscribe to. */
    void history(String channel, HistoryQuery query, Reply<History> reply);

    /** Leaves every channel: the connection has ended. Calling it again does nothing. */
    void close();
}
