// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Client;
import dev.orion.client.ClientSpec;
import dev.orion.client.Outlet;
import dev.orion.client.Reply;
import dev.orion.client.SubscribeOptions;
import dev.orion.client.Subscribed;
import dev.orion.client.WireForm;
import dev.orion.message.ChannelName;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Reading;
import dev.orion.realtime.ChannelKind;
import dev.orion.realtime.ChannelRules;
import dev.orion.realtime.ClientInfo;
import dev.orion.realtime.History;
import dev.orion.realtime.HistoryQuery;
import dev.orion.realtime.Member;
import dev.orion.realtime.PresenceStats;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.SlowPolicy;
import dev.orion.realtime.StreamPosition;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A client that is connected.
 *
 * <p><b>Threads:</b> its event loop, but for what says otherwise.
 */
final class Session implements Client {

    /** Publishers pause when so many tasks wait for one channel. */
    private static final int BUSY_CHANNEL = 1024;

    private final String id;
    private final ClientSpec spec;
    private final Outlet outlet;
    private final Channel wire;
    private final WireForm form;
    private final Lane lane;
    private final Channels channels;
    private final Consumer<Session> onClose;
    private final Origin origin;
    private final long openedMs;

    // event loop
    private final Map<String, Subscriber> subscribers = new HashMap<>(2);
    private int ownSubscriptions;
    private final OrderedReplies<StreamPosition> published = new OrderedReplies<>();
    private Map<String, RateLimit> limits;
    private Backlog backlog;
    private boolean flushPending;
    private boolean ending;

    /** Read by any thread, for people. */
    private volatile boolean closed;

    Session(
            String id,
            ClientSpec spec,
            Outlet outlet,
            Lane lane,
            Channels channels,
            Consumer<Session> onClose) {
        this.id = id;
        this.spec = spec;
        this.outlet = outlet;
        this.wire = outlet.channel();
        this.form = outlet.wireForm();
        this.lane = lane;
        this.channels = channels;
        this.onClose = onClose;
        this.origin = new Origin(id, spec.user(), spec.transport());
        this.openedMs = channels.nowMs();
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String user() {
        return spec.user();
    }

    Lane lane() {
        return lane;
    }

    WireForm form() {
        return form;
    }

    Member member() {
        return new Member(id, spec.user());
    }

    /** Any thread. */
    ClientInfo info() {
        return new ClientInfo(
                id,
                spec.user(),
                spec.transport(),
                spec.connection(),
                Instant.ofEpochMilli(openedMs),
                subscribers.size());
    }

    @Override
    public boolean isSubscribed(String channel) {
        return subscribers.containsKey(channel);
    }

    @Override
    public void subscribe(
            String channel, SubscribeOptions options, Reply<Subscribed> reply) {
        Refusal refusal = refusesToSubscribe(channel);
        if (refusal != null) {
            reply.refused(refusal);
            return;
        }
        var subscriber = new Subscriber(this, false);
        subscribers.put(channel, subscriber);
        ownSubscriptions++;
        channels.with(
                channel,
                channels.rules(channel).orElseThrow(),
                found -> found.subscribe(subscriber, options, reply));
    }

    @Override
    public boolean unsubscribe(String channel) {
        Subscriber subscriber = subscribers.remove(channel);
        if (subscriber == null) {
            return false;
        }
        if (!subscriber.isByServer()) {
            ownSubscriptions--;
        }
        leave(channel, subscriber);
        return true;
    }

    @Override
    public void publish(
            String channel,
            Payload payload,
            Map<String, String> headers,
            Reply<StreamPosition> reply) {
        LiveChannel live = channels.get(channel);
        ChannelRules rules = live != null ? live.rules() : rulesOf(channel);
        Refusal refusal = refusesToPublish(channel, rules, payload);
        Reply<StreamPosition> next = published.next(reply);
        if (refusal != null) {
            next.refused(refusal);
            return;
        }
        if (live == null && needsNoChannel(rules)) {
            next.done(StreamPosition.NONE); // nobody listens and nothing is kept
            return;
        }
        publish(live != null ? live : channels.open(channel, rules), rules, payload, headers, next);
    }

    @Override
    public void presence(String channel, Reply<List<Member>> reply) {
        if (mayRead(channel, ChannelRules::presence, reply)) {
            Members.of(channels, channel, members -> execute(() -> reply.done(members)));
        }
    }

    @Override
    public void presenceStats(String channel, Reply<PresenceStats> reply) {
        if (mayRead(channel, ChannelRules::presence, reply)) {
            Members.of(
                    channels,
                    channel,
                    members -> execute(() -> reply.done(Members.stats(members))));
        }
    }

    @Override
    public void history(String channel, HistoryQuery query, Reply<History> reply) {
        if (!mayRead(channel, ChannelRules::keepsHistory, reply)) {
            return;
        }
        channels.with(
                channel,
                channels.rules(channel).orElseThrow(),
                found -> {
                    Optional<History> history = found.history(query);
                    execute(() -> answer(history, reply));
                });
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        channels.leave(this);
        subscribers.forEach(this::leave);
        subscribers.clear();
        if (backlog != null) {
            backlog.clear();
        }
        onClose.accept(this);
    }

    /** Ends the client; completes when it has been told so. Any thread. */
    CompletableFuture<Void> end(CloseReason reason) {
        var told = new CompletableFuture<Void>();
        boolean alive =
                lane.execute(
                        () -> {
                            if (!closed) {
                                close();
                                outlet.disconnect(reason);
                            }
                            told.complete(null);
                        });
        if (!alive) {
            told.complete(null);
        }
        return told;
    }

    /** Puts the client on a channel by the server's wish. Inside the channel. */
    void invite(LiveChannel channel) {
        var subscriber = new Subscriber(this, true);
        channel.subscribe(subscriber, SubscribeOptions.NONE, tellOutlet(channel.name()));
    }

    /** Puts the client on a channel by the server's wish, if it is not; whether it was not. */
    boolean subscribeByServer(String channel, ChannelRules rules) {
        if (closed || subscribers.containsKey(channel)) {
            return false;
        }
        var subscriber = new Subscriber(this, true);
        subscribers.put(channel, subscriber);
        channels.with(
                channel,
                rules,
                found -> found.subscribe(subscriber, SubscribeOptions.NONE, tellOutlet(channel)));
        return true;
    }

    /** Takes the client off a channel by the server's wish; whether it was on it. */
    boolean unsubscribeByServer(String channel) {
        if (closed || !unsubscribe(channel)) {
            return false;
        }
        outlet.unsubscribed(channel);
        return true;
    }

    /**
     * Whether the session takes a subscriber that its group is about to take in.
     *
     * <p>An invited one is new to the session: it is refused when the session is on the channel
     * already.
     */
    boolean accept(Subscriber subscriber, String channel) {
        if (closed || subscriber.isCancelled()) {
            drop(subscriber, channel);
            return false;
        }
        Subscriber known = subscribers.putIfAbsent(channel, subscriber);
        if (known != null && known != subscriber) {
            drop(subscriber, channel);
            return false;
        }
        return true;
    }

    /** Answers a subscribe that was taken back before it was done. Any thread. */
    void refuseLeft(Subscriber subscriber, Reply<Subscribed> reply) {
        if (!subscriber.isByServer()) {
            execute(() -> reply.refused(Refusal.NOT_AVAILABLE));
        }
    }

    /**
     * Writes a batch of deliveries, or does with it what the channel's rules say when the
     * connection is full.
     *
     * <p><b>Buffer:</b> takes ownership of {@code batch}.
     *
     * @param lastMessageAt where the newest message of the batch begins
     */
    void deliver(ByteBuf batch, int lastMessageAt, LiveChannel channel, boolean flushNow) {
        boolean waits = backlog != null && !backlog.isEmpty();
        if (waits || !wire.isWritable()) {
            deliverSlowly(batch, lastMessageAt, channel);
            return;
        }
        wire.write(batch, wire.voidPromise());
        if (flushNow) {
            wire.flush();
        } else if (!flushPending) {
            flushPending = true;
            lane.flushLater(this);
        }
    }

    void flush() {
        flushPending = false;
        wire.flush();
    }

    void pauseReading() {
        Reading.pause(wire);
    }

    /** Any thread. */
    void resumeReading() {
        execute(() -> Reading.resume(wire));
    }

    private Refusal refusesToSubscribe(String channel) {
        if (!ChannelName.isValid(channel)) {
            return Refusal.BAD_REQUEST;
        }
        if (closed) {
            return Refusal.NOT_AVAILABLE;
        }
        if (subscribers.containsKey(channel)) {
            return Refusal.ALREADY_SUBSCRIBED;
        }
        if (ownSubscriptions >= channels.settings().maxChannelsPerClient()) {
            return Refusal.LIMIT_EXCEEDED;
        }
        ChannelRules rules = rulesOf(channel);
        if (rules == null) {
            return Refusal.UNKNOWN_CHANNEL;
        }
        if (!rules.subscribe().includes(spec.user(), spec.roles())) {
            return Refusal.PERMISSION_DENIED;
        }
        return channels.get(channel) == null && !channels.hasRoom() ? Refusal.LIMIT_EXCEEDED : null;
    }

    private Refusal refusesToPublish(String channel, ChannelRules rules, Payload payload) {
        if (rules == null) {
            return ChannelName.isValid(channel) ? Refusal.UNKNOWN_CHANNEL : Refusal.BAD_REQUEST;
        }
        if (closed) {
            return Refusal.NOT_AVAILABLE;
        }
        if (!rules.publish().includes(spec.user(), spec.roles())) {
            return Refusal.PERMISSION_DENIED;
        }
        if (payload.length() > rules.maxMessageBytes()) {
            return Refusal.LIMIT_EXCEEDED;
        }
        if (rules.ratePerSecond() > 0 && !limit(rules).take(channels.nowMs())) {
            return Refusal.TOO_MANY_REQUESTS;
        }
        if (Reading.isPaused(wire) && isOverfull(channels.get(channel))) {
            return Refusal.TOO_MANY_REQUESTS; // its commands come by another way than the wire
        }
        boolean opens = channels.get(channel) == null && !needsNoChannel(rules);
        return opens && !channels.hasRoom() ? Refusal.LIMIT_EXCEEDED : null;
    }

    private static boolean isOverfull(LiveChannel channel) {
        return channel != null && (channel.isOverfull() || channel.backlog() > 16 * BUSY_CHANNEL);
    }

    /** The rules of a channel; null where it has none or its name is not one. */
    private ChannelRules rulesOf(String channel) {
        return ChannelName.isValid(channel) ? channels.rules(channel).orElse(null) : null;
    }

    static boolean needsNoChannel(ChannelRules rules) {
        return !rules.keepsHistory() && rules.kind() != ChannelKind.BROADCAST;
    }

    private RateLimit limit(ChannelRules rules) {
        if (limits == null) {
            limits = new HashMap<>(2);
        }
        RateLimit limit = limits.get(rules.name());
        if (limit == null || limit.perSecond() != rules.ratePerSecond()) {
            limit = new RateLimit(rules.ratePerSecond(), channels.nowMs());
            limits.put(rules.name(), limit);
        }
        return limit;
    }

    private void publish(
            LiveChannel channel,
            ChannelRules rules,
            Payload payload,
            Map<String, String> headers,
            Reply<StreamPosition> reply) {
        if (!channel.tryEnter()) {
            publishLater(channel, rules, payload, headers, reply);
            return;
        }
        StreamPosition position;
        try {
            channel.begin();
            position = channel.publish(payload, headers, origin);
        } finally {
            channel.leave();
        }
        channel.congested().ifPresent(group -> group.pause(this));
        reply.done(position);
    }

    /**
     * Somebody else is inside the channel, or has closed it: it does the work, and the answer comes
     * back here.
     */
    private void publishLater(
            LiveChannel channel,
            ChannelRules rules,
            Payload payload,
            Map<String, String> headers,
            Reply<StreamPosition> reply) {
        Reply<StreamPosition> later = published.later(reply);
        boolean pause = channel.backlog() > BUSY_CHANNEL;
        if (pause) {
            pauseReading();
        }
        channels.with(
                channel.name(),
                rules,
                found -> {
                    StreamPosition position = null;
                    try {
                        position = found.publish(payload, headers, origin);
                    } finally {
                        StreamPosition at = position; // null: it failed
                        execute(() -> published(found, at, pause, later));
                    }
                });
    }

    private void published(
            LiveChannel channel,
            StreamPosition position,
            boolean wasPaused,
            Reply<StreamPosition> reply) {
        if (wasPaused) {
            Reading.resume(wire);
        }
        channel.congested().ifPresent(group -> group.pause(this));
        if (position == null) {
            reply.refused(Refusal.INTERNAL);
        } else {
            reply.done(position);
        }
    }

    private boolean mayRead(String channel, Predicate<ChannelRules> isAvailable, Reply<?> reply) {
        ChannelRules rules = rulesOf(channel);
        Refusal refusal = null;
        if (rules == null) {
            refusal = ChannelName.isValid(channel) ? Refusal.UNKNOWN_CHANNEL : Refusal.BAD_REQUEST;
        } else if (!rules.subscribe().includes(spec.user(), spec.roles())) {
            refusal = Refusal.PERMISSION_DENIED;
        } else if (!isAvailable.test(rules)) {
            refusal = Refusal.NOT_AVAILABLE;
        }
        if (refusal != null) {
            reply.refused(refusal);
        }
        return refusal == null;
    }

    private static void answer(Optional<History> history, Reply<History> reply) {
        if (history.isPresent()) {
            reply.done(history.get());
        } else {
            reply.refused(Refusal.UNRECOVERABLE_POSITION);
        }
    }

    /** Runs on the session's loop: now if this is it. */
    private void execute(Runnable task) {
        if (wire.eventLoop().inEventLoop()) {
            task.run();
        } else {
            lane.execute(task);
        }
    }

    private void leave(String channel, Subscriber subscriber) {
        subscriber.cancel();
        if (subscriber.index >= 0) {
            if (backlog != null) {
                backlog.removeAll(subscriber.group.channel);
            }
            subscriber.group.remove(subscriber);
        }
        drop(subscriber, channel);
    }

    /** Tells the channel that a subscriber is not wanted any more. */
    private void drop(Subscriber subscriber, String channel) {
        subscriber.cancel();
        channels.ifLive(channel, found -> found.unsubscribe(subscriber));
    }

    private Reply<Subscribed> tellOutlet(String channel) {
        return new Reply<>() {
            @Override
            public void done(Subscribed position) {
                outlet.subscribed(channel, position);
            }

            @Override
            public void refused(Refusal refusal) {
                throw new IllegalStateException("the server itself is never refused: " + refusal);
            }
        };
    }

    private void deliverSlowly(ByteBuf batch, int lastMessageAt, LiveChannel channel) {
        SlowPolicy policy = channel.rules().slow();
        if (policy == SlowPolicy.DISCONNECT || ending || !wire.isActive()) {
            batch.release();
            if (!ending && wire.isActive()) {
                ending = true;
                end(CloseReason.SLOW); // later: the group is in the middle of its subscribers
            }
            return;
        }
        if (backlog == null) {
            backlog = new Backlog();
        }
        boolean first = backlog.isEmpty();
        backlog.add(batch, lastMessageAt, channel, policy);
        if (first) {
            flushBacklogWhenWritten();
        }
    }

    /** An empty write is done when everything before it has gone out. */
    private void flushBacklogWhenWritten() {
        wire.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(
                        written -> {
                            if (written.isSuccess() && !closed) {
                                flushBacklog();
                            }
                        });
    }

    private void flushBacklog() {
        ByteBuf next = backlog.poll();
        while (next != null) {
            wire.write(next, wire.voidPromise());
            next = wire.isWritable() ? backlog.poll() : null;
        }
        wire.flush();
        if (!backlog.isEmpty()) {
            flushBacklogWhenWritten();
        }
    }
}
