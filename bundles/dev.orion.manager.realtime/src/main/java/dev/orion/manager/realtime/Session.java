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
import dev.orion.message.Publication;
import dev.orion.net.CloseReason;
import dev.orion.realtime.ChannelRules;
import dev.orion.realtime.ClientInfo;
import dev.orion.realtime.History;
import dev.orion.realtime.HistoryQuery;
import dev.orion.realtime.Member;
import dev.orion.realtime.PresenceStats;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.StreamPosition;
import io.netty.channel.Channel;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A client that is connected: who it is, and its life.
 *
 * <p>What it may do is its {@link Gate}'s, where it is its {@link Memberships}', what it sends its
 * {@link Publisher}'s and what it gets its {@link Delivery}'s.
 *
 * <p><b>Threads:</b> its event loop, but for what says otherwise.
 */
final class Session implements Client {

    private final String id;
    private final ClientSpec spec;
    private final Outlet outlet;
    private final WireForm form;
    private final Lane lane;
    private final Channels channels;
    private final Consumer<Session> onClose;
    private final long openedMs;

    private final Gate gate;
    private final Memberships memberships;
    private final Publisher publisher;
    private final Delivery delivery;

    private boolean closed;

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
        this.form = outlet.wireForm();
        this.lane = lane;
        this.channels = channels;
        this.onClose = onClose;
        this.openedMs = channels.nowMs();
        Channel wire = outlet.channel();
        var origin = new Origin(id, spec.user(), spec.transport());
        this.gate = new Gate(spec, channels);
        this.memberships = new Memberships(this, outlet, channels);
        this.publisher = new Publisher(origin, wire, lane, channels, gate);
        this.delivery = new Delivery(wire, lane, () -> end(CloseReason.SLOW));
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

    Memberships memberships() {
        return memberships;
    }

    Delivery delivery() {
        return delivery;
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
                memberships.size());
    }

    @Override
    public boolean isSubscribed(String channel) {
        return memberships.contains(channel);
    }

    @Override
    public void subscribe(String channel, SubscribeOptions options, Reply<Subscribed> reply) {
        ChannelRules rules = gate.rules(channel);
        Refusal refusal = refusesToSubscribe(channel, rules);
        if (refusal != null) {
            reply.refused(refusal);
            return;
        }
        memberships.subscribe(channel, rules, options, reply);
    }

    private Refusal refusesToSubscribe(String channel, ChannelRules rules) {
        if (!ChannelName.isValid(channel)) {
            return Refusal.BAD_REQUEST;
        }
        if (closed) {
            return Refusal.NOT_AVAILABLE;
        }
        if (memberships.contains(channel)) {
            return Refusal.ALREADY_SUBSCRIBED;
        }
        if (memberships.own() >= channels.settings().maxChannelsPerClient()) {
            return Refusal.LIMIT_EXCEEDED;
        }
        return gate.subscribe(channel, rules);
    }

    @Override
    public boolean unsubscribe(String channel) {
        return memberships.unsubscribe(channel);
    }

    @Override
    public void publish(String channel, Publication publication, Reply<StreamPosition> reply) {
        if (closed) {
            reply.refused(Refusal.NOT_AVAILABLE);
        } else {
            publisher.publish(channel, publication, reply);
        }
    }

    @Override
    public void presence(String channel, Reply<List<Member>> reply) {
        if (mayRead(channel, gate.rules(channel), ChannelRules::presence, reply)) {
            Members.of(channels, channel, members -> lane.perform(() -> reply.done(members)));
        }
    }

    @Override
    public void presenceStats(String channel, Reply<PresenceStats> reply) {
        if (mayRead(channel, gate.rules(channel), ChannelRules::presence, reply)) {
            Members.of(
                    channels,
                    channel,
                    members -> lane.perform(() -> reply.done(Members.stats(members))));
        }
    }

    @Override
    public void history(String channel, HistoryQuery query, Reply<History> reply) {
        ChannelRules rules = gate.rules(channel);
        if (!mayRead(channel, rules, ChannelRules::keepsHistory, reply)) {
            return;
        }
        channels.with(
                channel,
                rules,
                found -> {
                    Optional<History> history = found.history(query);
                    lane.perform(() -> answer(history, reply));
                });
    }

    private boolean mayRead(
            String channel,
            ChannelRules rules,
            Predicate<ChannelRules> isAvailable,
            Reply<?> reply) {
        Refusal refusal = gate.read(channel, rules, isAvailable);
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

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        channels.leave(this);
        memberships.close();
        delivery.close();
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
}
