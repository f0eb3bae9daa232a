// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

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
import dev.orion.message.ChannelPattern;
import dev.orion.message.Publication;
import dev.orion.net.CloseReason;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.StreamPosition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** One session, which writes down what it is asked and delivers what it is told to. */
final class FakeClients implements Clients {

    static final String ID = "3e2602e0-0307-48f6-a486-bfb26e27aacb";

    final Set<String> filters = ConcurrentHashMap.newKeySet();
    final Set<Integer> once = ConcurrentHashMap.newKeySet();
    final List<Integer> acknowledged = new CopyOnWriteArrayList<>();

    /** What was published: id, channel and text. */
    final List<String> published = new CopyOnWriteArrayList<>();

    /** What publishing is refused with; null where it is not. */
    volatile Refusal refusal;

    volatile boolean isForgotten;

    private volatile SessionOutlet outlet; // null while it is closed

    boolean isOpen() {
        return outlet != null;
    }

    void deliver(Delivery delivery) {
        SessionOutlet to = outlet;
        to.channel().eventLoop().execute(() -> to.deliver(delivery));
    }

    /** Ends the connection of the session. */
    void end(CloseReason reason) {
        SessionOutlet to = outlet;
        outlet = null;
        to.channel().eventLoop().execute(() -> to.disconnect(reason));
    }

    @Override
    public Client open(ClientSpec spec, Outlet to) {
        throw new UnsupportedOperationException("sessions only");
    }

    @Override
    public void openSession(SessionSpec spec, SessionOutlet to, Reply<OpenedSession> reply) {
        outlet = to;
        reply.done(new OpenedSession(new FakeSession(), true));
    }

    private final class FakeSession implements ClientSession {

        @Override
        public String id() {
            return ID;
        }

        @Override
        public void subscribe(Filter filter, FilterOptions options, Reply<Boolean> reply) {
            reply.done(options.noLocal() && filters.add(filter.channels().toString()));
        }

        @Override
        public Set<Filter> filters() {
            return filters.stream()
                    .map(text -> new Filter(ChannelPattern.parse(text), ""))
                    .collect(Collectors.toSet());
        }

        @Override
        public void unsubscribe(Filter filter, Reply<Boolean> reply) {
            reply.done(filters.remove(filter.channels().toString()));
        }

        @Override
        public void publish(String channel, Publication it, Reply<StreamPosition> reply) {
            publishOnce(0, channel, it, reply);
        }

        @Override
        public void publishOnce(
                int id, String channel, Publication it, Reply<StreamPosition> reply) {
            if (refusal != null) {
                reply.refused(refusal);
                return;
            }
            published.add(id + " " + channel + " " + it.payload().text());
            reply.done(StreamPosition.NONE);
        }

        @Override
        public void released(int id, Reply<Boolean> reply) {
            reply.done(once.remove(id));
        }

        @Override
        public boolean acknowledged(int id) {
            acknowledged.add(id);
            return true;
        }

        @Override
        public void received(int id, Reply<Boolean> reply) {
            reply.done(true);
        }

        @Override
        public SessionBacklog backlog() {
            return new SessionBacklog(0, 0, 0);
        }

        @Override
        public void close(boolean isGoodbye, Optional<Duration> expiry) {
            outlet = null;
            isForgotten = expiry.equals(Optional.of(Duration.ZERO));
        }
    }
}
