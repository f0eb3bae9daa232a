// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Client;
import dev.orion.client.ClientSpec;
import dev.orion.client.Clients;
import dev.orion.client.OpenedSession;
import dev.orion.client.Outlet;
import dev.orion.client.Reply;
import dev.orion.client.SessionOutlet;
import dev.orion.client.SessionSpec;
import dev.orion.message.ChannelName;
import dev.orion.message.ChannelPattern;
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Publication;
import dev.orion.net.CloseReason;
import dev.orion.realtime.ChannelInfo;
import dev.orion.realtime.ChannelKind;
import dev.orion.realtime.ChannelRules;
import dev.orion.realtime.ClientInfo;
import dev.orion.realtime.History;
import dev.orion.realtime.HistoryQuery;
import dev.orion.realtime.Member;
import dev.orion.realtime.PresenceStats;
import dev.orion.realtime.RealtimeManager;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.RefusedException;
import dev.orion.realtime.StreamPosition;
import dev.orion.realtime.Subscription;
import io.netty.channel.EventLoop;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The real-time manager: opens clients for protocols and does what hosts and the API ask.
 *
 * <p>{@link RealtimeComponent} gives it its life.
 */
class DefaultRealtimeManager implements RealtimeManager, Clients {

    private final Channels channels;
    private final Lanes lanes = new Lanes();
    private final Executor hostExecutor;
    private final Sessions sessions;

    /** Why every client is ended, once they are. */
    private volatile Optional<CloseReason> ended = Optional.empty();

    /**
     * @param hostExecutor runs the receivers of host subscriptions, which may block
     */
    DefaultRealtimeManager(Channels channels, Executor hostExecutor) {
        this(channels, hostExecutor, SessionLimits.DEFAULT);
    }

    DefaultRealtimeManager(Channels channels, Executor hostExecutor, SessionLimits limits) {
        this.channels = channels;
        this.hostExecutor = hostExecutor;
        this.sessions = new Sessions(channels, lanes, limits, channels.store());
    }

    /** The sessions that outlive their connections. */
    final Sessions sessions() {
        return sessions;
    }

    @Override
    public Client open(ClientSpec spec, Outlet outlet) {
        EventLoop loop = outlet.channel().eventLoop();
        var session =
                new Session(
                        UUID.randomUUID().toString(),
                        spec,
                        outlet,
                        lanes.acquire(loop),
                        channels,
                        closed -> lanes.release(loop));
        channels.join(session);
        ended.ifPresent(session::end); // it may have come too late to be among all
        return session;
    }

    @Override
    public void openSession(SessionSpec spec, SessionOutlet outlet, Reply<OpenedSession> reply) {
        sessions.open(spec, outlet, reply);
    }

    @Override
    public CompletionStage<StreamPosition> publish(
            String channel, Publication publication, Origin origin) {
        var result = new CompletableFuture<StreamPosition>();
        Optional<ChannelRules> rules = rules(channel);
        if (rules.isEmpty()) {
            return refused(result, Refusal.UNKNOWN_CHANNEL);
        }
        if (rules.get().kind() == ChannelKind.SYSTEM && !origin.equals(Origin.SERVER)) {
            return refused(result, Refusal.PERMISSION_DENIED);
        }
        if (publication.payload().length() > rules.get().maxMessageBytes()) {
            return refused(result, Refusal.LIMIT_EXCEEDED);
        }
        if (!channels.mayRetain(channel, rules.get(), publication)) {
            return refused(result, Refusal.LIMIT_EXCEEDED);
        }
        if (channels.get(channel) == null) {
            if (!channels.needsChannel(channel, rules.get(), publication)) {
                result.complete(StreamPosition.NONE);
                return result;
            }
            if (!channels.hasRoom()) {
                return refused(result, Refusal.LIMIT_EXCEEDED);
            }
        }
        channels.with(
                channel,
                rules.get(),
                found -> {
                    if (found.congested().isPresent()) {
                        // There is nobody to pause: the caller is told, and comes again.
                        refused(result, Refusal.TOO_MANY_REQUESTS);
                        return;
                    }
                    var commit = new Commit();
                    StreamPosition position;
                    try {
                        position = found.publish(publication, origin, commit);
                    } finally {
                        commit.write(channels.store()); // what waits for it is not left waiting
                    }
                    commit.whenSafe(
                            () -> result.complete(position), refusal -> refused(result, refusal));
                });
        return result;
    }

    @Override
    public Subscription subscribe(String channel, Consumer<Message> receiver) {
        if (channel.indexOf('+') >= 0 || channel.indexOf('#') >= 0) {
            return subscribe(ChannelPattern.parse(channel), receiver);
        }
        ChannelRules rules =
                rules(channel).orElseThrow(() -> new RefusedException(Refusal.UNKNOWN_CHANNEL));
        var made = new CompletableFuture<HostGroup>();
        channels.with(
                channel,
                rules,
                found -> {
                    var group = new HostGroup(hostExecutor, channel, receiver, this::leave);
                    found.groups().add(group);
                    made.complete(group);
                });
        return new PendingSubscription(channel, made);
    }

    private Subscription subscribe(ChannelPattern pattern, Consumer<Message> receiver) {
        var group =
                new HostGroup(
                        hostExecutor,
                        pattern.toString(),
                        receiver,
                        closed -> channels.filters().unsubscribe(pattern, closed));
        if (!channels.filters().subscribe(pattern, group)) {
            throw new RefusedException(Refusal.LIMIT_EXCEEDED);
        }
        return group;
    }

    private void leave(HostGroup group) {
        channels.ifLive(group.channel(), found -> found.groups().left(group));
    }

    @Override
    public List<ChannelInfo> channels() {
        return channels.all().stream()
                .map(LiveChannel::info)
                .sorted(Comparator.comparing(ChannelInfo::name))
                .toList();
    }

    @Override
    public List<ClientInfo> clients() {
        return Stream.concat(
                        channels.sessions().stream().map(Session::info),
                        sessions.connections().stream().map(SessionConnection::info))
                .sorted(Comparator.comparing(ClientInfo::connected))
                .toList();
    }

    @Override
    public int clientCount() {
        return channels.sessions().size() + sessions.connections().size();
    }

    @Override
    public CompletionStage<List<Member>> presence(String channel) {
        var result = new CompletableFuture<List<Member>>();
        if (isAvailable(channel, ChannelRules::presence, result)) {
            Members.of(channels, channel, result::complete);
        }
        return result;
    }

    @Override
    public CompletionStage<PresenceStats> presenceStats(String channel) {
        return presence(channel).thenApply(Members::stats);
    }

    @Override
    public CompletionStage<History> history(String channel, HistoryQuery query) {
        var result = new CompletableFuture<History>();
        if (isAvailable(channel, ChannelRules::keepsHistory, result)) {
            channels.with(
                    channel,
                    rules(channel).orElseThrow(),
                    found ->
                            found.history(query)
                                    .ifPresentOrElse(
                                            result::complete,
                                            () -> refused(result, Refusal.UNRECOVERABLE_POSITION)));
        }
        return result;
    }

    @Override
    public CompletionStage<Void> removeHistory(String channel) {
        var result = new CompletableFuture<Void>();
        if (isAvailable(channel, ChannelRules::keepsHistory, result)) {
            channels.with(
                    channel,
                    rules(channel).orElseThrow(),
                    found -> {
                        found.removeHistory();
                        result.complete(null);
                    });
        }
        return result;
    }

    @Override
    public CompletionStage<Integer> subscribeUser(
            String user, Optional<String> client, String channel) {
        Optional<ChannelRules> rules = rules(channel);
        if (rules.isEmpty()) {
            return refused(new CompletableFuture<>(), Refusal.UNKNOWN_CHANNEL);
        }
        if (rules.get().kind() == ChannelKind.SYSTEM) {
            // Whoever may subscribe to it does so itself.
            return refused(new CompletableFuture<>(), Refusal.PERMISSION_DENIED);
        }
        return forEach(
                user, client, (s, c) -> s.memberships().subscribeByServer(c, rules.get()), channel);
    }

    @Override
    public CompletionStage<Integer> unsubscribeUser(
            String user, Optional<String> client, String channel) {
        ChannelName.check(channel);
        return forEach(user, client, (s, c) -> s.memberships().unsubscribeByServer(c), channel);
    }

    @Override
    public int disconnect(String user, Optional<String> client, CloseReason reason) {
        List<Session> ended = sessions(user, client);
        ended.forEach(session -> session.end(reason));
        List<SessionConnection> connections =
                sessions.connections().stream()
                        .filter(connection -> connection.user().equals(user))
                        .filter(c -> client.isEmpty() || client.get().equals(c.id()))
                        .toList();
        connections.forEach(connection -> connection.end(reason));
        return ended.size() + connections.size();
    }

    /** Ends every client, and each that is opened later; completes when those now open are told. */
    CompletionStage<Void> endAll(CloseReason reason) {
        ended = Optional.of(reason);
        CompletionStage<Void> clients =
                CompletableFuture.allOf(
                        channels.sessions().stream()
                                .map(session -> session.end(reason))
                                .toArray(CompletableFuture[]::new));
        return clients.thenCombine(sessions.endAll(reason), (first, second) -> null);
    }

    private Optional<ChannelRules> rules(String channel) {
        return channels.rules(ChannelName.check(channel));
    }

    private boolean isAvailable(
            String channel, Predicate<ChannelRules> test, CompletableFuture<?> result) {
        Optional<ChannelRules> rules = rules(channel);
        if (rules.isEmpty()) {
            refused(result, Refusal.UNKNOWN_CHANNEL);
        } else if (!test.test(rules.get())) {
            refused(result, Refusal.NOT_AVAILABLE);
        }
        return !result.isDone();
    }

    private List<Session> sessions(String user, Optional<String> client) {
        return channels.sessions().stream()
                .filter(session -> session.user().equals(user))
                .filter(session -> client.isEmpty() || client.get().equals(session.id()))
                .toList();
    }

    /** Does something on the event loop of each of a user's sessions, and counts what it did. */
    private CompletionStage<Integer> forEach(
            String user,
            Optional<String> client,
            BiPredicate<Session, String> action,
            String channel) {
        CompletableFuture<Integer> total = CompletableFuture.completedFuture(0);
        for (Session session : sessions(user, client)) {
            var did = new CompletableFuture<Integer>();
            boolean alive =
                    session.lane()
                            .execute(() -> did.complete(action.test(session, channel) ? 1 : 0));
            if (!alive) {
                did.complete(0);
            }
            total = total.thenCombine(did, Integer::sum);
        }
        return total;
    }

    private static <T> CompletableFuture<T> refused(CompletableFuture<T> result, Refusal refusal) {
        result.completeExceptionally(new RefusedException(refusal));
        return result;
    }

    /** A host's subscription, whose group may still be on its way into the channel. */
    private record PendingSubscription(String channel, CompletableFuture<HostGroup> group)
            implements Subscription {

        @Override
        public long missed() {
            HostGroup made = group.getNow(null);
            return made == null ? 0 : made.missed();
        }

        @Override
        public void close() {
            group.thenAccept(HostGroup::close);
        }
    }
}
