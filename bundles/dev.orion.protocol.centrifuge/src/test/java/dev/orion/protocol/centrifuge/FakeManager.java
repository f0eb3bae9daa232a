// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.message.ChannelName;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A manager with three clients on two channels, which remembers what it was asked. */
final class FakeManager implements RealtimeManager {

    /** What was asked, a line each. */
    final List<String> asked = new ArrayList<>();

    /** What everything is refused with, if it is. */
    Optional<Refusal> refusal = Optional.empty();

    /** Where stages wait, if they are not to complete at once. */
    Optional<List<Runnable>> later = Optional.empty();

    private long offset;

    @Override
    public CompletionStage<StreamPosition> publish(
            String channel, Publication publication, Origin origin) {
        Payload payload = publication.payload();
        Map<String, String> headers = publication.headers().toMap();
        ask(
                "publish "
                        + ChannelName.check(channel)
                        + " "
                        + payload.text()
                        + (payload.isJson() ? "" : " " + payload.contentType())
                        + (headers.isEmpty() ? "" : " " + new TreeMap<>(headers))
                        + " by "
                        + origin.transport());
        return stage(
                channel.startsWith("h/")
                        ? new StreamPosition(++offset, "e1")
                        : StreamPosition.NONE);
    }

    @Override
    public Subscription subscribe(String channel, Consumer<Message> receiver) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<ChannelInfo> channels() {
        return List.of(channel("chat/a", 2), channel("chat/b", 1), channel("h/kept", 0));
    }

    private static ChannelInfo channel(String name, int subscribers) {
        return new ChannelInfo(
                name, ChannelKind.PUBLIC, "rules", subscribers, 0, StreamPosition.NONE);
    }

    @Override
    public List<ClientInfo> clients() {
        return List.of(client("c1", ""), client("c2", "ann"), client("c3", "ann"));
    }

    private static ClientInfo client(String id, String user) {
        return new ClientInfo(id, user, "tcp", "conn_00000001", Instant.EPOCH, 1);
    }

    @Override
    public int clientCount() {
        return 3;
    }

    @Override
    public CompletionStage<List<Member>> presence(String channel) {
        ask("presence " + channel);
        return stage(List.of(new Member("c2", "ann")));
    }

    @Override
    public CompletionStage<PresenceStats> presenceStats(String channel) {
        ask("presence_stats " + channel);
        return stage(new PresenceStats(3, 2));
    }

    @Override
    public CompletionStage<History> history(String channel, HistoryQuery query) {
        ask(
                "history "
                        + channel
                        + " "
                        + query.limit()
                        + query.since().map(at -> " since " + at.offset() + at.epoch()).orElse("")
                        + (query.reverse() ? " reverse" : ""));
        return stage(
                new History(
                        List.of(FakeClients.message(channel, "{\"a\":1}", 7)),
                        new StreamPosition(7, "e1")));
    }

    @Override
    public CompletionStage<Void> removeHistory(String channel) {
        ask("history_remove " + channel);
        return stage(null);
    }

    @Override
    public CompletionStage<Integer> subscribeUser(
            String user, Optional<String> client, String channel) {
        ask("subscribe " + user + "/" + client.orElse("*") + " " + channel);
        return stage(1);
    }

    @Override
    public CompletionStage<Integer> unsubscribeUser(
            String user, Optional<String> client, String channel) {
        ask("unsubscribe " + user + "/" + client.orElse("*") + " " + channel);
        return stage(1);
    }

    @Override
    public int disconnect(String user, Optional<String> client, CloseReason reason) {
        ask(
                "disconnect "
                        + user
                        + "/"
                        + client.orElse("*")
                        + " "
                        + reason.code()
                        + " "
                        + reason.text());
        return 1;
    }

    private void ask(String what) {
        asked.add(what);
    }

    private <T> CompletionStage<T> stage(T value) {
        if (refusal.isPresent()) {
            return CompletableFuture.failedFuture(new RefusedException(refusal.get()));
        }
        if (later.isEmpty()) {
            return CompletableFuture.completedFuture(value);
        }
        var stage = new CompletableFuture<T>();
        later.get().add(() -> stage.complete(value));
        return stage;
    }
}
