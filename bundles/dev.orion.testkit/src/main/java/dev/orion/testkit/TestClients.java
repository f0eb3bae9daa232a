// SPDX-License-Identifier: Apache-2.0
package dev.orion.testkit;

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
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.realtime.History;
import dev.orion.realtime.HistoryQuery;
import dev.orion.realtime.Member;
import dev.orion.realtime.PresenceStats;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.StreamPosition;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Clients that remember what they published, and answer it at once or when they are told to.
 *
 * <p><b>Threads:</b> one at a time.
 */
public final class TestClients implements Clients {

    private final List<String> published = new ArrayList<>();
    private final List<String> subscribed = new ArrayList<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private Optional<Refusal> refusal = Optional.empty();
    private Optional<List<Reply<StreamPosition>>> held = Optional.empty();
    private ClientSpec spec;
    private Outlet outlet;

    /** {@code channel content-type payload}, in order. */
    public List<String> published() {
        return List.copyOf(published);
    }

    /** The channels that clients are on. */
    public List<String> subscribed() {
        return List.copyOf(subscribed);
    }

    /** As what the last client was opened. */
    public ClientSpec spec() {
        return spec;
    }

    /** Completes when a client is closed. */
    public CompletableFuture<Void> whenClosed() {
        return closed;
    }

    /** Refuses what is asked from now on. */
    public void refuse(Refusal why) {
        refusal = Optional.of(why);
    }

    /** Answers everything at once from now on. */
    public void answer() {
        refusal = Optional.empty();
        held = Optional.empty();
    }

    /** Answers publications no more; those who wait, in order, are in the list. */
    public List<Reply<StreamPosition>> hold() {
        List<Reply<StreamPosition>> waiting = new ArrayList<>();
        held = Optional.of(waiting);
        return waiting;
    }

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

    /** Delivers as the real-time manager does. */
    public void deliver(byte[] payload) {
        var message =
                new Message(
                        "down",
                        Publication.of(Payload.of(payload, Payload.BINARY)),
                        Origin.SERVER,
                        0,
                        0,
                        "");
        ByteBuf out = outlet.channel().alloc().buffer();
        outlet.wireForm().publication(message, out);
        outlet.channel().writeAndFlush(out);
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
            if (held.isPresent()) {
                held.get().add(reply);
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
