// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.ClientSession;
import dev.orion.client.ClientSpec;
import dev.orion.client.Clients;
import dev.orion.client.Delivery;
import dev.orion.client.Filter;
import dev.orion.client.FilterOptions;
import dev.orion.client.FilterOptions.Retained;
import dev.orion.client.OpenedSession;
import dev.orion.client.QueueLimit;
import dev.orion.client.Reply;
import dev.orion.client.SessionOutlet;
import dev.orion.client.SessionSpec;
import dev.orion.client.Subscribed;
import dev.orion.client.Will;
import dev.orion.client.WireForm;
import dev.orion.message.ChannelPattern;
import dev.orion.message.Headers;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.message.Qos;
import dev.orion.net.CloseReason;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.StreamPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A connection on an embedded channel that opens a session and writes down what it gets. */
final class TestSession implements SessionOutlet {

    final TestClient.StuckChannel channel = new TestClient.StuckChannel();
    final List<String> events = new ArrayList<>();
    final List<Delivery> deliveries = new ArrayList<>();
    ClientSession session;
    boolean acknowledgesAtOnce;

    TestSession(Clients clients, Wish wish) {
        this(clients, wish, false);
    }

    TestSession(Clients clients, Wish wish, boolean closesAtOnce) {
        channel.freezeTime();
        clients.openSession(
                wish.spec(),
                this,
                new Reply<>() {
                    @Override
                    public void done(OpenedSession opened) {
                        session = opened.session();
                        events.add(opened.isPresent() ? "present" : "new");
                        if (closesAtOnce) {
                            session.close(false, Optional.empty());
                        }
                    }

                    @Override
                    public void refused(Refusal refusal) {
                        events.add("refused " + refusal.code());
                    }
                });
        run();
    }

    @Override
    public TestClient.StuckChannel channel() {
        return channel;
    }

    @Override
    public WireForm wireForm() {
        return TestClient.Lines.PLAIN;
    }

    @Override
    public WireForm wireForm(boolean retainAsPublished, List<Integer> subscriptions) {
        return TestClient.Lines.PLAIN;
    }

    @Override
    public void subscribed(String name, Subscribed position) {}

    @Override
    public void unsubscribed(String name) {}

    @Override
    public void disconnect(CloseReason reason) {
        events.add("disconnect " + reason.code());
        channel.close();
    }

    @Override
    public void deliver(Delivery delivery) {
        deliveries.add(delivery);
        events.add(
                delivery.id()
                        + " "
                        + delivery.message().payload().text()
                        + (delivery.again() ? " again" : "")
                        + (delivery.retained() ? " retained" : ""));
        if (acknowledgesAtOnce) {
            session.acknowledged(delivery.id());
        }
    }

    @Override
    public void release(int id) {
        events.add("release " + id);
    }

    void run() {
        channel.runPendingTasks();
    }

    void subscribe(String filter, Qos qos) {
        subscribe(filter, new FilterOptions(qos, false, false, Retained.ALL, 0));
    }

    void subscribe(String filter, FilterOptions options) {
        session.subscribe(filter(filter), options, reply("subscribed"));
        run();
    }

    void unsubscribe(String filter) {
        session.unsubscribe(filter(filter), reply("unsubscribed"));
        run();
    }

    static Filter filter(String text) {
        return new Filter(ChannelPattern.parse(text), "");
    }

    void publish(String name, String text, Qos qos) {
        session.publish(name, publication(text, qos), this.<StreamPosition>reply("published"));
    }

    void publishOnce(int id, String name, String text) {
        session.publishOnce(
                id,
                name,
                publication(text, Qos.EXACTLY_ONCE),
                this.<StreamPosition>reply("published " + id));
        run();
    }

    void released(int id) {
        session.released(id, reply("released " + id));
        run();
    }

    void received(int id) {
        session.received(id, reply("received " + id));
        run();
    }

    /** The connection breaks. */
    void breakOff() {
        session.close(false, Optional.empty());
        channel.close();
        run();
    }

    void goodbye() {
        session.close(true, Optional.empty());
        channel.close();
        run();
    }

    /** What has happened since the last call. */
    List<String> events() {
        run();
        List<String> now = List.copyOf(events);
        events.clear();
        return now;
    }

    static Publication publication(String text, Qos qos) {
        return new Publication(
                Payload.text(text),
                Headers.NONE,
                qos,
                false,
                Optional.empty(),
                Optional.empty(),
                false);
    }

    static Publication publication(String text, Duration expiry) {
        return new Publication(
                Payload.text(text),
                Headers.NONE,
                Qos.AT_LEAST_ONCE,
                false,
                Optional.of(expiry),
                Optional.empty(),
                false);
    }

    /** Writes down what the answer was. */
    <T> Reply<T> reply(String what) {
        return new Reply<>() {
            @Override
            public void done(T value) {
                events.add(what + (value instanceof Boolean flag ? " " + flag : ""));
            }

            @Override
            public void refused(Refusal refusal) {
                events.add(what + " refused " + refusal.code());
            }
        };
    }

    /** What a connection wishes; made with good defaults. */
    static final class Wish {
        private final String name;
        private String user = "";
        private Set<String> roles = Set.of();
        private boolean cleanStart;
        private Duration expiry = Duration.ofHours(1);
        private int window = 100;
        private Will will;
        private QueueLimit queue;

        Wish(String name) {
            this.name = name;
        }

        Wish user(String other, String... itsRoles) {
            user = other;
            roles = Set.of(itsRoles);
            return this;
        }

        Wish clean() {
            cleanStart = true;
            return this;
        }

        Wish expiry(Duration other) {
            expiry = other;
            return this;
        }

        Wish window(int other) {
            window = other;
            return this;
        }

        Wish queue(int messages, long bytes) {
            queue = new QueueLimit(messages, bytes);
            return this;
        }

        Wish will(String channel, String text, Duration delay) {
            will = new Will(channel, publication(text, Qos.AT_LEAST_ONCE), delay);
            return this;
        }

        SessionSpec spec() {
            return new SessionSpec(
                    new ClientSpec(user, roles, "mqtt", "conn_00000001"),
                    name,
                    cleanStart,
                    expiry,
                    window,
                    Optional.ofNullable(will),
                    Optional.ofNullable(queue));
        }
    }
}
