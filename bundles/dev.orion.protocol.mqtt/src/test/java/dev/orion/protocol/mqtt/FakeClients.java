// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import dev.orion.client.Client;
import dev.orion.client.ClientSession;
import dev.orion.client.ClientSpec;
import dev.orion.client.Clients;
import dev.orion.client.Delivery;
import dev.orion.client.Filter;
import dev.orion.client.FilterOptions;
import dev.orion.client.OpenedSession;
import dev.orion.client.Outlet;
import dev.orion.client.Reply;
import dev.orion.client.SessionBacklog;
import dev.orion.client.SessionOutlet;
import dev.orion.client.SessionSpec;
import dev.orion.client.WireForm;
import dev.orion.message.ChannelName;
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Publication;
import dev.orion.message.Qos;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.StreamPosition;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sessions in memory: they remember what they were asked, answer what they were told to, and
 * deliver what is published to whoever has subscribed to it.
 *
 * <p><b>Threads:</b> one event loop.
 */
final class FakeClients implements Clients {

    /** What was asked, a line each. */
    final List<String> asked = new ArrayList<>();

    /** What was published, in order. */
    final List<Publication> published = new ArrayList<>();

    /** What everything but opening is refused with, if it is. */
    Optional<Refusal> refusal = Optional.empty();

    /** What opening is refused with, if it is. */
    Optional<Refusal> openRefusal = Optional.empty();

    /** Where answers wait, if they are not to come at once. */
    Optional<List<Runnable>> later = Optional.empty();

    /** The last that was opened. */
    SessionSpec spec;

    SessionOutlet outlet;

    private final Map<String, FakeSession> sessions = new HashMap<>();

    /** A message of somebody else. */
    static Message message(String channel, Publication publication) {
        return new Message(
                channel,
                publication,
                new Origin("c9", "", "test"),
                System.currentTimeMillis(),
                0,
                "");
    }

    @Override
    public Client open(ClientSpec spec, Outlet outlet) {
        throw new UnsupportedOperationException("MQTT has sessions");
    }

    @Override
    public void openSession(SessionSpec wish, SessionOutlet to, Reply<OpenedSession> reply) {
        spec = wish;
        outlet = to;
        answer(
                () -> {
                    if (openRefusal.isPresent()) {
                        reply.refused(openRefusal.get());
                        return;
                    }
                    FakeSession before = sessions.get(wish.name());
                    if (before != null && before.to != null) {
                        before.to.disconnect(dev.orion.net.CloseReason.TAKEN_OVER);
                    }
                    boolean isPresent = before != null && !wish.cleanStart();
                    FakeSession session = isPresent ? before : new FakeSession(wish.name());
                    session.to = to;
                    session.expiry = wish.expiry();
                    sessions.put(wish.name(), session);
                    reply.done(new OpenedSession(session, isPresent));
                });
    }

    private void answer(Runnable answer) {
        if (later.isPresent()) {
            later.get().add(answer);
        } else {
            answer.run();
        }
    }

    /** Publishes what somebody else has said. */
    void publish(String channel, Publication publication) {
        sessions.values().forEach(each -> each.offer(message(channel, publication)));
    }

    /** Lets the answers out that wait. */
    void answerAll() {
        List<Runnable> waiting = List.copyOf(later.orElseThrow());
        later.orElseThrow().clear();
        waiting.forEach(Runnable::run);
    }

    private final class FakeSession implements ClientSession {

        private final String name;
        private final Map<Filter, FilterOptions> filters = new LinkedHashMap<>();
        private final Set<Integer> once = new HashSet<>();
        private final Set<Integer> delivered = new HashSet<>();
        private SessionOutlet to;
        private Duration expiry;
        private int lastId;

        FakeSession(String name) {
            this.name = name;
        }

        @Override
        public String id() {
            return "id of " + name;
        }

        @Override
        public void subscribe(Filter filter, FilterOptions options, Reply<Boolean> reply) {
            asked.add("subscribe " + filter.share() + " " + filter.channels() + " " + options);
            reply(reply, () -> filters.put(filter, options) == null);
        }

        @Override
        public Set<Filter> filters() {
            return Set.copyOf(filters.keySet());
        }

        @Override
        public void unsubscribe(Filter filter, Reply<Boolean> reply) {
            asked.add("unsubscribe " + filter.share() + " " + filter.channels());
            reply(reply, () -> filters.remove(filter) != null);
        }

        private <T> void reply(Reply<T> reply, java.util.function.Supplier<T> value) {
            answer(
                    () -> {
                        if (refusal.isPresent()) {
                            reply.refused(refusal.get());
                        } else {
                            reply.done(value.get());
                        }
                    });
        }

        @Override
        public void publish(String channel, Publication it, Reply<StreamPosition> reply) {
            asked.add("publish " + channel + " " + it.qos() + " " + it.payload().text());
            published.add(it);
            answer(
                    () -> {
                        if (!ChannelName.isValid(channel)) {
                            reply.refused(Refusal.BAD_REQUEST);
                        } else if (refusal.isPresent()) {
                            reply.refused(refusal.get());
                        } else {
                            FakeClients.this.publish(channel, it);
                            reply.done(StreamPosition.NONE);
                        }
                    });
        }

        @Override
        public void publishOnce(
                int id, String channel, Publication it, Reply<StreamPosition> reply) {
            if (once.contains(id)) {
                answer(() -> reply.done(StreamPosition.NONE));
                return;
            }
            if (refusal.isEmpty()) {
                once.add(id);
            }
            publish(channel, it, reply);
        }

        @Override
        public void released(int id, Reply<Boolean> reply) {
            asked.add("released " + id);
            reply(reply, () -> once.remove(id));
        }

        @Override
        public boolean acknowledged(int id) {
            asked.add("acknowledged " + id);
            return delivered.remove(id);
        }

        @Override
        public void received(int id, Reply<Boolean> reply) {
            asked.add("received " + id);
            reply.done(delivered.contains(id));
        }

        @Override
        public SessionBacklog backlog() {
            return new SessionBacklog(delivered.size(), 0, 0);
        }

        @Override
        public void close(boolean isGoodbye, Optional<Duration> changed) {
            asked.add(
                    "close "
                            + (isGoodbye ? "goodbye" : "gone")
                            + changed.map(e -> " " + e).orElse(""));
            to = null;
            if (changed.orElse(expiry).isZero()) {
                sessions.remove(name);
            }
        }

        void offer(Message message) {
            filters.forEach(
                    (filter, options) -> {
                        if (to != null && filter.channels().matches(message.channel())) {
                            deliver(message, options);
                        }
                    });
        }

        private void deliver(Message message, FilterOptions options) {
            Qos qos = message.publication().qos().atMost(options.qos());
            if (qos == Qos.AT_MOST_ONCE) {
                WireForm form = to.wireForm(options.retainAsPublished(), options.ids());
                ByteBuf bytes = to.channel().alloc().buffer();
                form.publication(message, bytes);
                to.channel().writeAndFlush(bytes);
                return;
            }
            int id = ++lastId;
            delivered.add(id);
            boolean retained = options.retainAsPublished() && message.publication().retain();
            to.deliver(new Delivery(id, message, qos, false, retained, options.ids()));
        }
    }
}
