// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One client at a time, which remembers what it was asked and answers what it was told to. */
final class FakeClients implements Clients {

    static final StreamPosition TOP = new StreamPosition(7, "e1");
    static final Subscribed PLAIN =
            new Subscribed(StreamPosition.NONE, false, false, false, List.of());

    /** What was asked, a line each. */
    final List<String> asked = new ArrayList<>();

    final Set<String> channels = new LinkedHashSet<>();

    /** Called before {@link #open} returns. */
    Runnable whileOpening = () -> {};

    /** What every subscribe is answered. */
    Subscribed begin = PLAIN;

    /** What everything else is refused with, if it is. */
    Optional<Refusal> refusal = Optional.empty();

    /** Where replies wait, if they are not to come at once. */
    Optional<List<Runnable>> later = Optional.empty();

    /** Whether a subscriber is sent a publication as soon as its reply was taken. */
    boolean deliversAtOnce;

    ClientSpec spec;
    Outlet outlet;
    boolean closed;

    /** A message as clients publish it. */
    static Message message(String channel, String json, long offset) {
        return new Message(
                channel,
                Publication.of(Payload.json(json)),
                new Origin("c1", "ann", "tcp"),
                0,
                offset,
                offset > 0 ? "e1" : "");
    }

    @Override
    public void openSession(SessionSpec spec, SessionOutlet outlet, Reply<OpenedSession> reply) {
        throw new UnsupportedOperationException("the Centrifuge protocol has no sessions");
    }

    @Override
    public Client open(ClientSpec opened, Outlet to) {
        spec = opened;
        outlet = to;
        closed = false;
        whileOpening.run();
        return new FakeClient();
    }

    private final class FakeClient implements Client {

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
            ask(
                    "subscribe "
                            + channel
                            + options.recoverFrom()
                                    .map(at -> " from " + at.offset() + at.epoch())
                                    .orElse("")
                            + (options.joinLeave() ? " join_leave" : ""));
            answer(
                    channel,
                    () -> {
                        if (!channels.add(channel)) {
                            reply.refused(Refusal.ALREADY_SUBSCRIBED);
                            return;
                        }
                        reply.done(begin);
                        if (deliversAtOnce) {
                            deliver(message(channel, "1", 0));
                        }
                    },
                    reply);
        }

        @Override
        public boolean unsubscribe(String channel) {
            ask("unsubscribe " + channel);
            return channels.remove(channel);
        }

        @Override
        public boolean isSubscribed(String channel) {
            return channels.contains(channel);
        }

        @Override
        public void publish(String channel, Publication publication, Reply<StreamPosition> reply) {
            Payload payload = publication.payload();
            ask("publish " + channel + " " + payload.contentType() + " " + payload.text());
            answer(channel, () -> reply.done(TOP), reply);
        }

        @Override
        public void presence(String channel, Reply<List<Member>> reply) {
            ask("presence " + channel);
            answer(
                    channel,
                    () -> reply.done(List.of(new Member("c1", ""), new Member("c2", "ann"))),
                    reply);
        }

        @Override
        public void presenceStats(String channel, Reply<PresenceStats> reply) {
            ask("presence_stats " + channel);
            answer(channel, () -> reply.done(new PresenceStats(2, 1)), reply);
        }

        @Override
        public void history(String channel, HistoryQuery query, Reply<History> reply) {
            ask(
                    "history "
                            + channel
                            + " "
                            + query.limit()
                            + query.since()
                                    .map(at -> " since " + at.offset() + at.epoch())
                                    .orElse("")
                            + (query.reverse() ? " reverse" : ""));
            answer(
                    channel,
                    () -> reply.done(new History(List.of(message(channel, "{\"a\":1}", 7)), TOP)),
                    reply);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private void ask(String what) {
        asked.add(what);
    }

    private void answer(String channel, Runnable done, Reply<?> reply) {
        Runnable answer =
                refusal.isPresent()
                        ? () -> reply.refused(refusal.get())
                        : ChannelName.isValid(channel)
                                ? done
                                : () -> reply.refused(Refusal.BAD_REQUEST);
        if (later.isPresent()) {
            later.get().add(answer);
        } else {
            answer.run();
        }
    }

    /** Writes as the manager does: straight to the channel. */
    void deliver(Message message) {
        ByteBuf bytes = outlet.channel().alloc().buffer();
        outlet.wireForm().publication(message, bytes);
        outlet.channel().writeAndFlush(bytes);
    }
}
