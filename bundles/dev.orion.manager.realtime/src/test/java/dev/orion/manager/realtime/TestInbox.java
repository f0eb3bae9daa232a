// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Delivery;
import dev.orion.client.Filter;
import dev.orion.client.FilterOptions;
import dev.orion.client.SessionOutlet;
import dev.orion.client.Subscribed;
import dev.orion.client.WireForm;
import dev.orion.message.ChannelPattern;
import dev.orion.message.Message;
import dev.orion.message.Qos;
import dev.orion.net.CloseReason;
import dev.orion.realtime.ChannelRules;
import dev.orion.realtime.Member;
import dev.orion.store.Store;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A session's end on an embedded channel, which may be disconnected. */
final class TestInbox implements Inbox, SessionOutlet {

    final String id;
    final TestClient.StuckChannel channel = new TestClient.StuckChannel();

    /** What is to be kept: {@code channel=payload}, with {@code !} where it was retained. */
    final List<String> kept = new CopyOnWriteArrayList<>();

    /** On which terms that was kept. */
    final List<String> keptAs = new CopyOnWriteArrayList<>();

    /** What came as a delivery of its own: {@code channel=payload#subscription}. */
    final List<String> delivered = new ArrayList<>();

    private final Map<String, FilterSubscription> subscriptions = new HashMap<>();
    private Overlap overlap;
    private final Channels channels;
    private final Set<String> roles;
    private Lane lane;
    private dev.orion.manager.realtime.Delivery delivery;
    Store store; // what is kept goes there, too

    TestInbox(Channels channels, String id, String... roles) {
        this.channels = channels;
        this.id = id;
        this.roles = Set.of(roles);
        channel.freezeTime();
    }

    TestInbox connect() {
        lane = new Lane(channel.eventLoop());
        delivery = new dev.orion.manager.realtime.Delivery(channel, lane, () -> {});
        subscriptions.values().forEach(channels.filters()::attach);
        return this;
    }

    void disconnect() {
        subscriptions.values().forEach(channels.filters()::detach);
        lane = null;
        delivery = null;
    }

    void subscribe(String filter, Qos qos) {
        subscribe(filter, options(qos));
    }

    /** Subscribes to a filter, or to {@code share:filter}. */
    void subscribe(String text, FilterOptions options) {
        String[] parts = text.split(":", 2);
        String share = parts.length == 1 ? "" : parts[0];
        Filter filter = new Filter(ChannelPattern.parse(parts[parts.length - 1]), share);
        FilterSubscription old = subscriptions.get(text);
        if (old != null) {
            channels.filters().change(old, options);
        } else {
            subscriptions.put(text, channels.filters().subscribe(this, filter, options));
        }
        channels.filters().giveRetained(subscriptions.get(text), old == null);
    }

    void unsubscribe(String filter) {
        channels.filters().unsubscribe(subscriptions.remove(filter));
    }

    FilterSubscription subscription(String filter) {
        return subscriptions.get(filter);
    }

    static FilterOptions options(Qos qos) {
        return new FilterOptions(qos, false, false, FilterOptions.Retained.ALL, 0);
    }

    /** The lines that were written since the last call. */
    List<String> lines() {
        channel.runPendingTasks();
        var text = new StringBuilder();
        ByteBuf written;
        while ((written = channel.readOutbound()) != null) {
            text.append(written.toString(StandardCharsets.UTF_8));
            written.release();
        }
        return text.length() == 0 ? List.of() : List.of(text.toString().split("\n"));
    }

    void close() {
        List.copyOf(subscriptions.keySet()).forEach(this::unsubscribe);
        channel.finishAndReleaseAll();
    }

    @Override
    public Map<Filter, FilterSubscription> subscriptions() {
        Map<Filter, FilterSubscription> byFilter = new HashMap<>();
        subscriptions.values().forEach(one -> byFilter.put(one.filter, one));
        return byFilter;
    }

    @Override
    public Overlap overlap() {
        return overlap;
    }

    @Override
    public void overlap(Overlap made) {
        overlap = made;
    }

    @Override
    public Lane lane() {
        return lane;
    }

    @Override
    public SessionOutlet outlet() {
        return lane == null ? null : this;
    }

    @Override
    public dev.orion.manager.realtime.Delivery delivery() {
        return delivery;
    }

    @Override
    public String clientId() {
        return id;
    }

    @Override
    public boolean mayReceive(ChannelRules rules) {
        return rules.subscribe().includes(id, roles);
    }

    @Override
    public void offer(Message message, Terms terms, boolean retained, Commit commit) {
        String text = message.channel() + "=" + message.payload().text();
        kept.add(text + (retained ? "!" : ""));
        keptAs.add(told(terms.effective(message), message, terms.retainAsPublished(), terms.ids()));
        if (store != null) {
            commit.put(store, "queue", new byte[] {1}, MessageRecord.encode(message));
        }
    }

    @Override
    public WireForm wireForm(boolean retainAsPublished, List<Integer> ids) {
        return ids.isEmpty() && !retainAsPublished
                ? TestClient.Lines.PLAIN
                : new Told(retainAsPublished, ids);
    }

    /** How it is told, as MQTT does it: {@code QOS#IDS}, with {@code !} where it is retained. */
    private static String told(Qos qos, Message message, boolean asPublished, List<Integer> ids) {
        String text = MessageRecord.number(qos) + "#" + ids.stream().sorted().toList();
        return text + (asPublished && message.publication().retain() ? "!" : "");
    }

    @Override
    public void deliver(Delivery one) {
        String text = one.message().channel() + "=" + one.message().payload().text();
        int id = one.subscriptions().stream().findFirst().orElse(0);
        delivered.add(text + "#" + id + (one.retained() ? "!" : ""));
    }

    @Override
    public void release(int released) {
        throw new IllegalStateException("only sessions release");
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
    public void subscribed(String name, Subscribed position) {
        throw new IllegalStateException("sessions subscribe themselves");
    }

    @Override
    public void unsubscribed(String name) {
        throw new IllegalStateException("sessions subscribe themselves");
    }

    @Override
    public void disconnect(CloseReason reason) {
        channel.close();
    }

    /** Lines that say on which terms they come. */
    private record Told(boolean asPublished, List<Integer> ids) implements WireForm {

        @Override
        public void publication(Message message, ByteBuf out) {
            String told = told(Qos.AT_MOST_ONCE, message, asPublished, ids);
            String line = message.channel() + "=" + message.payload().text() + " " + told;
            out.writeCharSequence(line + "\n", StandardCharsets.UTF_8);
        }

        @Override
        public void joined(String name, Member member, ByteBuf out) {}

        @Override
        public void left(String name, Member member, ByteBuf out) {}
    }
}
