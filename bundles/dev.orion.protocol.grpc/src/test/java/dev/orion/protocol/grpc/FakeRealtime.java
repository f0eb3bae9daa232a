// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.client.Client;
import dev.orion.client.ClientSpec;
import dev.orion.client.Clients;
import dev.orion.client.OpenedSession;
import dev.orion.client.Outlet;
import dev.orion.client.Reply;
import dev.orion.client.SessionOutlet;
import dev.orion.client.SessionSpec;
import dev.orion.client.SubscribeOptions;
import dev.orion.client.Subscribed;
import dev.orion.message.ChannelName;
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Publication;
import dev.orion.net.CloseReason;
import dev.orion.realtime.ChannelInfo;
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
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A real-time side in memory: every channel keeps everything, those that begin with {@code no} are
 * closed to clients.
 */
final class FakeRealtime implements Clients, RealtimeManager {

    final List<FakeClient> clients = new CopyOnWriteArrayList<>();
    private final Map<String, List<Message>> kept = new ConcurrentHashMap<>();

    @Override
    public Client open(ClientSpec spec, Outlet outlet) {
        var client = new FakeClient(spec, outlet);
        clients.add(client);
        return client;
    }

    @Override
    public void openSession(SessionSpec spec, SessionOutlet outlet, Reply<OpenedSession> reply) {
        throw new UnsupportedOperationException("gRPC has no sessions");
    }

    @Override
    public CompletionStage<StreamPosition> publish(
            String channel, Publication publication, Origin origin) {
        return CompletableFuture.supplyAsync(() -> put(channel, publication, origin));
    }

    private synchronized StreamPosition put(
            String channel, Publication publication, Origin origin) {
        List<Message> all = kept.computeIfAbsent(channel, name -> new ArrayList<>());
        var message = new Message(channel, publication, origin, 1_000, all.size() + 1L, "e1");
        all.add(message);
        clients.forEach(client -> client.deliver(message));
        return new StreamPosition(message.offset(), "e1");
    }

    @Override
    public CompletionStage<History> history(String channel, HistoryQuery query) {
        if (channel.startsWith("none")) {
            return CompletableFuture.failedFuture(new RefusedException(Refusal.NOT_AVAILABLE));
        }
        return CompletableFuture.supplyAsync(() -> read(channel, query));
    }

    private synchronized History read(String channel, HistoryQuery query) {
        List<Message> all = kept.getOrDefault(channel, List.of());
        int from = query.since().map(since -> (int) since.offset()).orElse(0);
        List<Message> some = all.subList(Math.min(from, all.size()), all.size());
        if (query.limit() >= 0) {
            some = some.subList(0, Math.min(query.limit(), some.size()));
        }
        return new History(some, new StreamPosition(all.size(), "e1"));
    }

    @Override
    public Subscription subscribe(String channel, Consumer<Message> receiver) {
        throw new UnsupportedOperationException("calls subscribe as clients");
    }

    @Override
    public List<ChannelInfo> channels() {
        return List.of();
    }

    @Override
    public List<ClientInfo> clients() {
        return List.of();
    }

    @Override
    public int clientCount() {
        return clients.size();
    }

    @Override
    public CompletionStage<List<Member>> presence(String channel) {
        return CompletableFuture.completedFuture(List.of(new Member("c1", "ann")));
    }

    @Override
    public CompletionStage<PresenceStats> presenceStats(String channel) {
        return CompletableFuture.completedFuture(new PresenceStats(1, 1));
    }

    @Override
    public CompletionStage<Void> removeHistory(String channel) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Integer> subscribeUser(
            String user, Optional<String> client, String channel) {
        return CompletableFuture.completedFuture(0);
    }

    @Override
    public CompletionStage<Integer> unsubscribeUser(
            String user, Optional<String> client, String channel) {
        return CompletableFuture.completedFuture(0);
    }

    @Override
    public int disconnect(String user, Optional<String> client, CloseReason reason) {
        clients.forEach(
                one ->
                        one.outlet
                                .channel()
                                .eventLoop()
                                .execute(() -> one.outlet.disconnect(reason)));
        return clients.size();
    }

    final class FakeClient implements Client {

        final ClientSpec spec;
        final Outlet outlet;
        final CompletableFuture<Void> closed = new CompletableFuture<>();
        private final Set<String> channels = new HashSet<>();

        FakeClient(ClientSpec spec, Outlet outlet) {
            this.spec = spec;
            this.outlet = outlet;
        }

        private void deliver(Message message) {
            outlet.channel()
                    .eventLoop()
                    .execute(
                            () -> {
                                if (channels.contains(message.channel())) {
                                    ByteBuf out = outlet.channel().alloc().buffer();
                                    outlet.wireForm().publication(message, out);
                                    outlet.channel().writeAndFlush(out);
                                }
                            });
        }

        @Override
        public String id() {
            return "c1";
        }

        @Override
        public String user() {
            return spec.user();
        }

        private boolean isRefused(String channel, Reply<?> reply) {
            if (!ChannelName.isValid(channel)) {
                reply.refused(Refusal.BAD_REQUEST);
                return true;
            }
            if (channel.startsWith("no") && spec.roles().isEmpty()) {
                reply.refused(Refusal.PERMISSION_DENIED);
                return true;
            }
            return false;
        }

        @Override
        public void subscribe(String channel, SubscribeOptions options, Reply<Subscribed> reply) {
            if (isRefused(channel, reply)) {
                return;
            }
            if (!channels.add(channel)) {
                reply.refused(Refusal.ALREADY_SUBSCRIBED);
                return;
            }
            synchronized (FakeRealtime.this) {
                List<Message> all = kept.getOrDefault(channel, List.of());
                boolean asks = options.recoverFrom().isPresent();
                boolean can = asks && options.recoverFrom().get().epoch().equals("e1");
                List<Message> missed =
                        can
                                ? all.subList(
                                        (int) options.recoverFrom().get().offset(), all.size())
                                : List.of();
                reply.done(
                        new Subscribed(
                                new StreamPosition(all.size(), "e1"), true, asks, can, missed));
            }
        }

        @Override
        public boolean unsubscribe(String channel) {
            return channels.remove(channel);
        }

        @Override
        public boolean isSubscribed(String channel) {
            return channels.contains(channel);
        }

        @Override
        public void publish(String channel, Publication publication, Reply<StreamPosition> reply) {
            if (!isRefused(channel, reply)) {
                reply.done(put(channel, publication, new Origin("c1", "", spec.transport())));
            }
        }

        @Override
        public void presence(String channel, Reply<List<Member>> reply) {
            if (!isRefused(channel, reply)) {
                reply.done(List.of(new Member("c1", "ann")));
            }
        }

        @Override
        public void presenceStats(String channel, Reply<PresenceStats> reply) {
            reply.done(new PresenceStats(1, 1));
        }

        @Override
        public void history(String channel, HistoryQuery query, Reply<History> reply) {
            if (!isRefused(channel, reply)) {
                reply.done(read(channel, query));
            }
        }

        @Override
        public void close() {
            channels.clear();
            closed.complete(null);
        }
    }
}
