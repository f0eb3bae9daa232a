// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Reply;
import dev.orion.client.SubscribeOptions;
import dev.orion.client.Subscribed;
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.realtime.ChannelInfo;
import dev.orion.realtime.ChannelKind;
import dev.orion.realtime.ChannelRules;
import dev.orion.realtime.History;
import dev.orion.realtime.HistoryQuery;
import dev.orion.realtime.StreamPosition;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A channel that has subscribers or keeps messages.
 *
 * <p><b>Threads:</b> what changes it, and what must be in order, happens inside its {@link Serial}:
 * every method that says so is called by one thread at a time.
 */
final class LiveChannel extends Serial {

    private static final Group[] NONE = {};

    private final String name;
    private final Channels channels;

    // changed inside, read by any thread
    private volatile ChannelRules rules;
    private volatile Group[] groups = NONE;
    private volatile KeptMessages kept;

    // inside
    private boolean opened;

    LiveChannel(String name, ChannelRules rules, Channels channels) {
        this.name = name;
        this.rules = rules;
        this.channels = channels;
    }

    String name() {
        return name;
    }

    ChannelRules rules() {
        return rules;
    }

    boolean isBroadcast() {
        return rules.kind() == ChannelKind.BROADCAST;
    }

    /** Whether some group has more waiting than publishers should add to. Any thread. */
    Optional<Group> congested() {
        for (Group group : groups) {
            if (group.isCongested()) {
                return Optional.of(group);
            }
        }
        return Optional.empty();
    }

    /** Whether publishers who go on while they are paused must be refused. Any thread. */
    boolean isOverfull() {
        for (Group group : groups) {
            if (group.isOverfull()) {
                return true;
            }
        }
        return false;
    }

    ChannelInfo info() {
        KeptMessages history = kept;
        int subscribers = 0;
        for (Group group : groups) {
            subscribers += group.members;
        }
        return new ChannelInfo(
                name,
                rules.kind(),
                rules.name(),
                subscribers,
                history == null ? 0 : history.size(),
                history == null ? StreamPosition.NONE : history.position());
    }

    /** Whether a sweep may find something to let go; costs two reads. Any thread. */
    boolean maySweep() {
        return kept != null || groups.length == 0;
    }

    /**
     * Makes the channel ready for a piece of work; it is live, so changed rules find it. Inside.
     */
    void begin() {
        if (opened) {
            return;
        }
        opened = true;
        rules = channels.configuredRules(name).orElse(rules);
        if (isBroadcast()) {
            channels.invite(this);
        }
    }

    /** Whether nothing is left in it. */
    @Override
    boolean isFinished() {
        return groups.length == 0 && (kept == null || kept.isForgettable(channels.nowMs()));
    }

    @Override
    void closed() {
        channels.remove(this);
    }

    /** Gives a message its place and hands it to every group. Inside. */
    StreamPosition publish(Payload payload, Map<String, String> headers, Origin origin) {
        long nowMs = channels.nowMs();
        ChannelRules now = rules;
        if (!now.keepsHistory()) {
            hand(new Message(name, payload, headers, origin, nowMs, 0, ""));
            return StreamPosition.NONE;
        }
        KeptMessages history = history();
        var message =
                new Message(
                        name,
                        payload,
                        headers,
                        origin,
                        nowMs,
                        history.nextOffset(),
                        history.epoch());
        history.add(message, now);
        history.makeRoom(channels.settings().maxHistoryBytes());
        hand(message);
        return history.position();
    }

    /** Puts a client's subscriber into its group. Inside. */
    void subscribe(Subscriber subscriber, SubscribeOptions options, Reply<Subscribed> reply) {
        if (subscriber.isCancelled()) {
            subscriber.refuse(reply);
            return;
        }
        Session session = subscriber.session();
        WireGroup group = wireGroup(session, options.joinLeave());
        group.members++;
        subscriber.group = group;
        group.offer(new WireGroup.Join(subscriber, beginning(options.recoverFrom()), reply));
        group.announce(Lane.current());
    }

    /** A subscriber has been taken in by its group, not refused: others are told. Any thread. */
    void arrived(Subscriber subscriber) {
        if (rules.joinLeave()) {
            submit(() -> tellArrival(subscriber));
        }
    }

    private void tellArrival(Subscriber subscriber) {
        if (subscriber.group != null) {
            subscriber.isTold = true;
            tell(new WireGroup.Presence(subscriber.session().member(), true));
        }
    }

    /** Takes a client's subscriber out of its group. Inside. */
    void unsubscribe(Subscriber subscriber) {
        WireGroup group = subscriber.group;
        if (group == null) {
            return; // it never came in
        }
        subscriber.group = null;
        left(group);
        if (subscriber.isTold) {
            tell(new WireGroup.Presence(subscriber.session().member(), false));
        }
    }

    /** Adds a host's group. Inside. */
    void add(Group group) {
        group.members = 1;
        Group[] now = groups;
        Group[] more = Arrays.copyOf(now, now.length + 1);
        more[now.length] = group;
        groups = more;
    }

    /** One member of {@code group} has left. Inside. */
    void left(Group group) {
        group.members--;
        if (group.members > 0) {
            return;
        }
        Group[] now = groups;
        for (int i = 0; i < now.length; i++) {
            if (now[i] == group) {
                Group[] less = Arrays.copyOf(now, now.length - 1);
                if (i < less.length) {
                    less[i] = now[now.length - 1];
                }
                groups = less.length == 0 ? NONE : less;
                return;
            }
        }
    }

    /** Shows every member to {@code each}, on the members' event loops. Inside. */
    void countMembers(MemberCount count) {
        Lane from = Lane.current();
        Group[] now = groups;
        count.expect(now.length);
        for (Group group : now) {
            if (group instanceof WireGroup wire) {
                wire.offer(new WireGroup.Count(count::add, count::groupDone));
                wire.announce(from);
            } else {
                count.groupDone();
            }
        }
    }

    /** Reads the history; empty where the position that it is to begin at is of another life. */
    Optional<History> history(HistoryQuery query) {
        KeptMessages history = history();
        history.trim(rules, channels.nowMs());
        if (query.since().filter(history::isForeign).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(history.read(query));
    }

    /** Forgets the kept messages; offsets go on. Inside. */
    void removeHistory() {
        if (kept != null) {
            kept.clear();
        }
    }

    /** Lets go kept messages that are too old. Inside. */
    void expire() {
        if (kept != null) {
            kept.trim(rules, channels.nowMs());
        }
    }

    /** Goes on by other rules. Inside. */
    void follow(ChannelRules other) {
        boolean becomesBroadcast = !isBroadcast() && other.kind() == ChannelKind.BROADCAST;
        rules = other;
        if (kept != null && other.keepsHistory()) {
            kept.trim(other, channels.nowMs());
        } else if (kept != null) {
            kept.clear();
            kept = null;
        }
        if (becomesBroadcast && opened) {
            channels.invite(this);
        }
    }

    private void hand(Message message) {
        Group[] now = groups;
        if (now.length == 0) {
            return;
        }
        Lane from = Lane.current();
        for (Group group : now) {
            group.offer(message);
            group.announce(from);
        }
    }

    private void tell(WireGroup.Presence news) {
        Lane from = Lane.current();
        for (Group group : groups) {
            if (group instanceof WireGroup wire && wire.isToldPresence()) {
                wire.offer(news);
                wire.announce(from);
            }
        }
    }

    private WireGroup wireGroup(Session session, boolean isToldPresence) {
        for (Group group : groups) {
            if (group instanceof WireGroup wire
                    && wire.lane == session.lane()
                    && wire.isToldPresence() == isToldPresence
                    && wire.form().equals(session.form())) {
                return wire;
            }
        }
        var made = new WireGroup(session.lane(), this, session.form(), isToldPresence);
        add(made);
        made.members = 0;
        return made;
    }

    private KeptMessages history() {
        if (kept == null) {
            kept = new KeptMessages(channels.keptBytes(), channels.nowMs());
        }
        return kept;
    }

    /** What a subscription that begins now begins with. */
    private Subscribed beginning(Optional<StreamPosition> recoverFrom) {
        if (!rules.keepsHistory()) {
            boolean asked = recoverFrom.isPresent();
            return new Subscribed(StreamPosition.NONE, false, asked, false, List.of());
        }
        KeptMessages history = history();
        history.trim(rules, channels.nowMs());
        StreamPosition position = history.position();
        if (recoverFrom.isEmpty()) {
            return new Subscribed(position, true, false, false, List.of());
        }
        Optional<List<Message>> missed = history.since(recoverFrom.get());
        return new Subscribed(position, true, true, missed.isPresent(), missed.orElse(List.of()));
    }

    /** Gathers members from several event loops. */
    interface MemberCount {
        void expect(int groups);

        void add(Session session);

        void groupDone();
    }
}
