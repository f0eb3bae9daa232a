// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.message.Headers;
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.net.CloseReason;
import dev.orion.realtime.ChannelInfo;
import dev.orion.realtime.ChannelKind;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** Two clients, two channels, and whoever subscribes; {@code closed/…} refuses publications. */
final class FakeRealtime implements RealtimeManager {

    final BlockingQueue<Message> published = new LinkedBlockingQueue<>();
    final BlockingQueue<String> disconnected = new LinkedBlockingQueue<>();
    final CountDownLatch subscribed = new CountDownLatch(1);
    final CountDownLatch unsubscribed = new CountDownLatch(1);

    /** Where the messages of the one subscription go. */
    volatile Consumer<Message> receiver = message -> {};

    /** Given to a subscriber at once. */
    volatile List<Message> first = List.of();

    static Message message(Payload payload, Origin origin) {
        return new Message(
                "chat/room1",
                Publication.of(payload, Headers.of(Map.of("k", "v"))),
                origin,
                1_000,
                7,
                "e1");
    }

    @Override
    public CompletionStage<StreamPosition> publish(
            String channel, Publication publication, Origin origin) {
        if (channel.startsWith("closed/")) {
            return CompletableFuture.failedFuture(new RefusedException(Refusal.PERMISSION_DENIED));
        }
        published.add(new Message(channel, publication, origin, 0, 0, ""));
        return CompletableFuture.completedFuture(
                channel.startsWith("chat/") ? new StreamPosition(7, "e1") : StreamPosition.NONE);
    }

    @Override
    public Subscription subscribe(String channel, Consumer<Message> to) {
        receiver = to;
        first.forEach(to);
        subscribed.countDown();
        return new Subscription() {
            @Override
            public String channel() {
                return channel;
            }

            @Override
            public long missed() {
                return 0;
            }

            @Override
            public void close() {
                unsubscribed.countDown();
            }
        };
    }

    @Override
    public List<ChannelInfo> channels() {
        return List.of(
                new ChannelInfo("chat/room1", ChannelKind.PUBLIC, "chat", 12, 100, position(1_234)),
                new ChannelInfo("news", ChannelKind.BROADCAST, "news", 0, 0, StreamPosition.NONE));
    }

    @Override
    public List<ClientInfo> clients() {
        Instant connected = Instant.parse(FakeNetwork.OPENED);
        return List.of(
                new ClientInfo("c1", "alice", "websocket", "conn_896162d4", connected, 10),
                new ClientInfo("c2", "", "tcp", "conn_0a0b0c0d", connected, 0));
    }

    @Override
    public int clientCount() {
        return 2;
    }

    @Override
    public CompletionStage<List<Member>> presence(String channel) {
        return refused();
    }

    @Override
    public CompletionStage<PresenceStats> presenceStats(String channel) {
        return refused();
    }

    @Override
    public CompletionStage<History> history(String channel, HistoryQuery query) {
        return refused();
    }

    @Override
    public CompletionStage<Void> removeHistory(String channel) {
        return refused();
    }

    @Override
    public CompletionStage<Integer> subscribeUser(
            String user, Optional<String> client, String channel) {
        return refused();
    }

    @Override
    public CompletionStage<Integer> unsubscribeUser(
            String user, Optional<String> client, String channel) {
        return refused();
    }

    @Override
    public int disconnect(String user, Optional<String> client, CloseReason reason) {
        disconnected.add(user + " " + client.orElse("all") + " " + reason.code());
        return 1;
    }

    private static StreamPosition position(long offset) {
        return new StreamPosition(offset, "e1");
    }

    private static <T> CompletionStage<T> refused() {
        return CompletableFuture.failedFuture(new RefusedException(Refusal.NOT_AVAILABLE));
    }
}
