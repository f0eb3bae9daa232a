// SPDX-License-Identifier: Apache-2.0
package dev.orion.realtime;

import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.net.CloseReason;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Owns the channels, their clients and what waits for them.
 *
 * <p>What is asked for here is asked by the server itself, so the channels' {@code publish} and
 * {@code subscribe} rules do not apply.
 *
 * <p><b>Threads:</b> every method may be called from any thread and does not block. A stage may
 * complete on an event loop, so what depends on it must not block either.
 *
 * <p><b>Errors:</b> a name that cannot be a channel's is an {@link IllegalArgumentException};
 * everything that is refused fails its stage with a {@link RefusedException}.
 */
@ProviderType
public interface RealtimeManager {

    /** Publishes as the host. */
    default CompletionStage<StreamPosition> publish(String channel, Payload payload) {
        return publish(channel, Publication.of(payload), Origin.HOST);
    }

    /**
     * Publishes a message to everybody on a channel.
     *
     * <p>Refused as {@code PERMISSION_DENIED} on a system channel, unless {@code origin} is {@link
     * Origin#SERVER}.
     *
     * @return the message's place in the history; {@link StreamPosition#NONE} where none is kept
     */
    CompletionStage<StreamPosition> publish(String channel, Publication publication, Origin origin);

    /**
     * Receives what is published on a channel from now on, or on all channels that a pattern
     * matches ({@link dev.orion.message.ChannelPattern}), whether they are there now or come later.
     *
     * <p>{@code receiver} is called by one thread at a time, in the order of each channel. At most
     * 1,024 messages wait for it; when more come the oldest are missed, and counted.
     */
    Subscription subscribe(String channel, Consumer<Message> receiver);

    /** The live channels now, by name: those with subscribers or with kept messages. */
    List<ChannelInfo> channels();

    /** The clients now, longest connected first. */
    List<ClientInfo> clients();

    /** How many clients there are. */
    int clientCount();

    /** Who is subscribed; refused as {@code NOT_AVAILABLE} where the channel keeps no presence. */
    CompletionStage<List<Member>> presence(String channel);

    /** How many are subscribed; refused as {@link #presence} is. */
    CompletionStage<PresenceStats> presenceStats(String channel);

    /** Kept messages; refused as {@code NOT_AVAILABLE} where the channel keeps none. */
    CompletionStage<History> history(String channel, HistoryQuery query);

    /** Forgets a channel's kept messages; its offsets go on. */
    CompletionStage<Void> removeHistory(String channel);

    /**
     * Subscribes the clients of a user, which are told so; refused as {@code PERMISSION_DENIED} for
     * a system channel.
     *
     * @param client only this one of the user's clients; empty for all
     * @return how many clients are now subscribed that were not before
     */
    CompletionStage<Integer> subscribeUser(String user, Optional<String> client, String channel);

    /** Unsubscribes the clients of a user, which are told so; the reverse of subscribeUser. */
    CompletionStage<Integer> unsubscribeUser(String user, Optional<String> client, String channel);

    /**
     * Ends clients of a user.
     *
     * @param client only this one of the user's clients; empty for all
     * @return how many
     */
    int disconnect(String user, Optional<String> client, CloseReason reason);
}
