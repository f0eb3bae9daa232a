// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.udp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orion.client.Client;
import dev.orion.client.ClientProtocol;
import dev.orion.client.ClientSpec;
import dev.orion.client.ClientTransport;
import dev.orion.client.Clients;
import dev.orion.client.Conversation;
import dev.orion.client.LoneCommands;
import dev.orion.client.OpenedSession;
import dev.orion.client.Outlet;
import dev.orion.client.Reply;
import dev.orion.client.SessionOutlet;
import dev.orion.client.SessionSpec;
import dev.orion.client.SubscribeOptions;
import dev.orion.client.Subscribed;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.protocol.Connection;
import dev.orion.realtime.History;
import dev.orion.realtime.HistoryQuery;
import dev.orion.realtime.Member;
import dev.orion.realtime.PresenceStats;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.StreamPosition;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Clients that remember what they published, and commands that are answered. */
final class FakeClients implements Clients, ClientProtocol {

    /** {@code channel content-type payload}, in order. */
    final List<String> published = new ArrayList<>();

    final List<String> subscribed = new ArrayList<>();
    final CompletableFuture<Void> closed = new CompletableFuture<>();
    Optional<Refusal> refusal = Optional.empty();
    Optional<List<Reply<StreamPosition>>> later = Optional.empty();
    ClientSpec spec;
    Outlet outlet;

    @Override
    public Client open(ClientSpec opened, Outlet to) {
        spec = opened;
        outlet = to;
        return new One();
    }

    @Override
    public void openSession(SessionSpec spec, SessionOutlet to, Reply<OpenedSession> reply) {
        throw new UnsupportedOperationException("there are no sessions here");
    }

    @Override
    public Conversation begin(Connection connection, ClientTransport transport) {
        throw new UnsupportedOperationException("datagrams have no conversations");
    }

    @Override
    public boolean emulate(String session, ByteBuf commands) {
        return false;
    }

    /** Answers each command with its text backwards; one with a question mark with too much. */
    @Override
    public LoneCommands lone(Connection connection, String transport) {
        return new LoneCommands() {
            @Override
            public void receive(ByteBuf command, Consumer<ByteBuf> answer) {
                String text = command.toString(UTF_8);
                String backwards = new StringBuilder(text).reverse().toString();
                String all = text.endsWith("?") ? backwards + "!" : backwards;
                answer.accept(Unpooled.copiedBuffer(all, UTF_8));
            }

            @Override
            public void close() {
                closed.complete(null);
            }
        };
    }

    private final class One implements Client {

        @Override
        public String id() {
            return "c1";
        }

        @Override
        public String user() {
            return spec.user();
        }

        @Override
        public void subscribe(String channel, SubscribeOptions options, Reply<Subscribed> reply) {
            subscribed.add(channel);
            if (refusal.isPresent()) {
                reply.refused(refusal.get());
            } else {
                reply.done(new Subscribed(StreamPosition.NONE, false, false, false, List.of()));
            }
        }

        @Override
        public boolean unsubscribe(String channel) {
            return subscribed.remove(channel);
        }

        @Override
        public boolean isSubscribed(String channel) {
            return subscribed.contains(channel);
        }

        @Override
        public void publish(String channel, Publication publication, Reply<StreamPosition> reply) {
            Payload payload = publication.payload();
            published.add(
                    channel
                            + " "
                            + (payload.contentType().isEmpty() ? "-" : payload.contentType())
                            + " "
                            + payload.text());
            if (later.isPresent()) {
                later.get().add(reply);
            } else if (refusal.isPresent()) {
                reply.refused(refusal.get());
            } else {
                reply.done(StreamPosition.NONE);
            }
        }

        @Override
        public void presence(String channel, Reply<List<Member>> reply) {
            throw new UnsupportedOperationException("not asked by devices");
        }

        @Override
        public void presenceStats(String channel, Reply<PresenceStats> reply) {
            throw new UnsupportedOperationException("not asked by devices");
        }

        @Override
        public void history(String channel, HistoryQuery query, Reply<History> reply) {
            throw new UnsupportedOperationException("not asked by devices");
        }

        @Override
        public void close() {
            closed.complete(null);
        }
    }
}
