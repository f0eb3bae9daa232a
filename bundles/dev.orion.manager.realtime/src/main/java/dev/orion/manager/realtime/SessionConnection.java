// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.ClientSession;
import dev.orion.client.ClientSpec;
import dev.orion.client.Filter;
import dev.orion.client.FilterOptions;
import dev.orion.client.Reply;
import dev.orion.client.SessionBacklog;
import dev.orion.client.SessionOutlet;
import dev.orion.message.Publication;
import dev.orion.net.CloseReason;
import dev.orion.realtime.ClientInfo;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.StreamPosition;
import io.netty.channel.Channel;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * One connection's hold on a {@link LastingSession}.
 *
 * <p>When it is closed nothing of the protocol's is kept: the next connection may be one of another
 * version of the plug-in.
 *
 * <p><b>Threads:</b> its event loop, but for what says otherwise.
 */
final class SessionConnection implements ClientSession {

    private final LastingSession session;
    private final Sessions sessions;
    private final ClientSpec client;
    private final SessionOutlet outlet;
    private final Lane lane;
    private final Gate gate;
    private final Publisher publisher;
    private final Delivery delivery;
    private final SessionOutgoing outgoing;
    private final SessionRoom room;
    private final long openedMs;

    private volatile int channels;
    private boolean closed;

    SessionConnection(
            LastingSession session,
            ClientSpec client,
            SessionOutlet outlet,
            Lane lane,
            Sessions sessions) {
        this.session = session;
        this.sessions = sessions;
        this.client = client;
        this.outlet = outlet;
        this.lane = lane;
        this.openedMs = sessions.nowMs();
        this.channels = session.subscriptions().size();
        Channel wire = outlet.channel();
        this.gate = new Gate(client, sessions.channels());
        this.publisher = new Publisher(session.origin(), wire, lane, sessions.channels(), gate);
        this.delivery = new Delivery(wire, lane, () -> end(CloseReason.SLOW));
        this.outgoing = new SessionOutgoing(session, this, outlet);
        this.room = new SessionRoom(session);
    }

    @Override
    public String id() {
        return session.clientId();
    }

    Lane lane() {
        return lane;
    }

    SessionOutlet outlet() {
        return outlet;
    }

    Delivery delivery() {
        return delivery;
    }

    String user() {
        return client.user();
    }

    /** Any thread. */
    ClientInfo info() {
        return new ClientInfo(
                session.clientId(),
                client.user(),
                client.transport(),
                client.connection(),
                Instant.ofEpochMilli(openedMs),
                channels);
    }

    /** Its peer has more to take than it should: what adds to it is answered later. Any thread. */
    void askForRoom(Commit commit) {
        room.askFor(commit);
    }

    /** Looks once a second whether the peer takes anything. One thread. */
    void look() {
        room.look();
    }

    /** The session may have something to send. Any thread. */
    void announce() {
        outgoing.announce(Lane.current());
    }

    // ---- subscriptions

    @Override
    public void subscribe(Filter filter, FilterOptions options, Reply<Boolean> reply) {
        Map<Filter, FilterSubscription> subscriptions = session.subscriptions();
        FilterSubscription present = subscriptions.get(filter);
        Refusal refusal = refuses(filter, present == null);
        if (refusal != null) {
            reply.refused(refusal);
            return;
        }
        Filters filters = sessions.channels().filters();
        if (present != null) {
            FilterOptions before = present.options();
            filters.change(present, options);
            whenSafe(
                    stored(filter, options),
                    () -> subscribed(present, false, reply),
                    why -> {
                        filters.change(present, before);
                        reply.refused(why);
                    });
            return;
        }
        FilterSubscription made = filters.subscribe(session, filter, options);
        if (made == null) {
            reply.refused(Refusal.LIMIT_EXCEEDED);
            return;
        }
        subscriptions.put(filter, made);
        channels = subscriptions.size();
        whenSafe(
                stored(filter, options),
                () -> subscribed(made, true, reply),
                why -> {
                    if (subscriptions.remove(filter, made)) {
                        filters.unsubscribe(made);
                        channels = subscriptions.size();
                    }
                    reply.refused(why);
                });
    }

    private Refusal refuses(Filter filter, boolean isNew) {
        if (closed) {
            return Refusal.NOT_AVAILABLE;
        }
        int most = sessions.channels().settings().maxChannelsPerClient();
        if (isNew && session.subscriptions().size() >= most) {
            return Refusal.LIMIT_EXCEEDED;
        }
        return gate.subscribe(filter);
    }

    private CompletionStage<Void> stored(Filter filter, FilterOptions options) {
        SessionRecords records = session.records();
        return records == null ? null : records.put(session.number, filter, options);
    }

    private void subscribed(FilterSubscription subscription, boolean isNew, Reply<Boolean> reply) {
        reply.done(isNew);
        if (!closed) {
            sessions.channels().filters().giveRetained(subscription, isNew);
        }
    }

    @Override
    public Set<Filter> filters() {
        return closed ? Set.of() : Set.copyOf(session.subscriptions().keySet());
    }

    @Override
    public void unsubscribe(Filter filter, Reply<Boolean> reply) {
        if (closed) {
            reply.refused(Refusal.NOT_AVAILABLE);
            return;
        }
        FilterSubscription gone = session.subscriptions().remove(filter);
        if (gone == null) {
            reply.done(false);
            return;
        }
        channels = session.subscriptions().size();
        sessions.channels().filters().unsubscribe(gone);
        SessionRecords records = session.records();
        whenSafe(
                records == null ? null : records.remove(session.number, filter),
                () -> reply.done(true),
                reply::refused);
    }

    // ---- publishing

    @Override
    public void publish(String channel, Publication publication, Reply<StreamPosition> reply) {
        if (closed) {
            reply.refused(Refusal.NOT_AVAILABLE);
        } else {
            publisher.publish(channel, publication, reply);
        }
    }

    @Override
    public void publishOnce(
            int id, String channel, Publication publication, Reply<StreamPosition> reply) {
        if (closed) {
            reply.refused(Refusal.NOT_AVAILABLE);
            return;
        }
        Reply<StreamPosition> again = new LaneReply<>(lane, reply);
        InboundIds.Begin begin = session.withInbound(ids -> ids.begin(id, again));
        if (begin.place() == null) {
            if (begin.position() != null) {
                reply.done(begin.position());
            }
            return;
        }
        SessionRecords records = session.records();
        publisher.publish(
                channel,
                publication,
                commit -> {
                    if (records != null) {
                        records.inbound(session.number, id, commit);
                    }
                },
                new OnceReply(session, id, begin.place(), reply));
    }

    @Override
    public void released(int id, Reply<Boolean> reply) {
        if (closed) {
            reply.refused(Refusal.NOT_AVAILABLE);
            return;
        }
        boolean was = session.withInbound(ids -> ids.remove(id));
        SessionRecords records = session.records();
        whenSafe(
                records == null || !was ? null : records.released(session.number, id),
                () -> reply.done(was),
                why -> {
                    session.withInbound(ids -> ids.restore(id)); // the peer asks again
                    reply.refused(why);
                });
    }

    // ---- deliveries

    @Override
    public boolean acknowledged(int id) {
        Queued entry = closed ? null : session.acknowledged(id);
        if (entry == null) {
            return false;
        }
        outgoing.acknowledged(entry);
        room.made();
        announce();
        return true;
    }

    @Override
    public void received(int id, Reply<Boolean> reply) {
        Queued entry = closed ? null : session.received(id);
        if (entry == null) {
            reply.done(false);
            return;
        }
        SessionRecords records = session.records();
        whenSafe(
                records == null ? null : records.received(session.number, entry),
                () -> reply.done(true),
                reply::refused);
    }

    @Override
    public SessionBacklog backlog() {
        return session.backlog();
    }

    // ---- its end

    @Override
    public void close(boolean isGoodbye, Optional<Duration> expiry) {
        if (!closed) {
            detach();
            sessions.disconnected(session, isGoodbye, expiry);
        }
    }

    private void detach() {
        closed = true;
        Filters filters = sessions.channels().filters();
        session.subscriptions().values().forEach(filters::detach);
        outgoing.close();
        room.close();
        delivery.close();
        sessions.gone(this, outlet.channel().eventLoop());
    }

    /** Ends the connection; completes when it has been told so. Any thread. */
    CompletableFuture<Void> end(CloseReason reason) {
        var told = new CompletableFuture<Void>();
        boolean alive =
                lane.execute(
                        () -> {
                            if (!closed) {
                                close(false, Optional.empty());
                                outlet.disconnect(reason);
                            }
                            told.complete(null);
                        });
        if (!alive) {
            told.complete(null);
        }
        return told;
    }

    /** The session has no room for what it is to get, and ends with its connection. Any thread. */
    void overflow() {
        lane.execute(
                () -> {
                    if (!closed) {
                        close(false, Optional.of(Duration.ZERO));
                        outlet.disconnect(CloseReason.SLOW);
                    }
                });
    }

    /** Its event loop has ended, so that it could not be told to end. Any thread. */
    void abandon() {
        if (!closed && lane.isDead()) {
            close(false, Optional.empty());
        }
    }

    /** Whether it has let go of its session. */
    boolean isClosed() {
        return closed;
    }

    /** The outlet has failed in the middle of a delivery. */
    void broken() {
        end(CloseReason.INTERNAL_ERROR);
    }

    /** Goes on here, on this connection's event loop, when something has been stored. */
    private void whenSafe(CompletionStage<Void> stored, Runnable done, Consumer<Refusal> failed) {
        if (stored == null) {
            done.run();
            return;
        }
        stored.whenComplete(
                (nothing, failure) ->
                        lane.perform(
                                () -> {
                                    if (failure == null) {
                                        done.run();
                                    } else if (closed) {
                                        SessionRecords.watch(stored);
                                    } else {
                                        failed.accept(Commit.refusal(failure));
                                    }
                                }));
    }

    /** Answers on an event loop. */
    private record LaneReply<T>(Lane lane, Reply<T> reply) implements Reply<T> {

        @Override
        public void done(T value) {
            lane.perform(() -> reply.done(value));
        }

        @Override
        public void refused(Refusal refusal) {
            lane.perform(() -> reply.refused(refusal));
        }
    }

    /** Answers a publication that may come again, and whoever has asked for it meanwhile. */
    private record OnceReply(
            LastingSession session, int id, InboundIds.Place place, Reply<StreamPosition> reply)
            implements Reply<StreamPosition> {

        @Override
        public void done(StreamPosition position) {
            var waiting = session.withInbound(ids -> ids.done(place, position));
            reply.done(position);
            waiting.forEach(again -> again.done(position));
        }

        @Override
        public void refused(Refusal refusal) {
            var waiting = session.withInbound(ids -> ids.refused(id, place));
            reply.refused(refusal);
            waiting.forEach(again -> again.refused(refusal));
        }
    }
}
