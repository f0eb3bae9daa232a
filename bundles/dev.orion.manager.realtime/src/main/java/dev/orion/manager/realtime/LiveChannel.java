// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Reply;
import dev.orion.client.SubscribeOptions;
import dev.orion.client.Subscribed;
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Publication;
import dev.orion.realtime.ChannelInfo;
import dev.orion.realtime.ChannelKind;
import dev.orion.realtime.ChannelRules;
import dev.orion.realtime.History;
import dev.orion.realtime.HistoryQuery;
import dev.orion.realtime.StreamPosition;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A channel that has subscribers or keeps messages.
 *
 * <p><b>Threads:</b> what changes it, and what must be in order, happens inside its {@link Serial}:
 * every method that says so is called by one thread at a time.
 */
final class LiveChannel extends Serial {

    private final String name;
    private final Channels channels;
    private final Groups groups = new Groups(this);

    // changed inside, read by any thread
    private volatile ChannelRules rules;
    private volatile KeptMessages kept;
    private volatile FilterEntry[] matching = FilterEntry.NONE; // as of matchingAt

    // inside
    private boolean opened;
    private int matchingAt = -1;
    private boolean used; // filters have got something since the last sweep
    private boolean wasUsed; // and before it
    private Set<Overlap> reached; // by the present message; null for none

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

    /** Who is on it. */
    Groups groups() {
        return groups;
    }

    boolean isBroadcast() {
        return rules.kind() == ChannelKind.BROADCAST;
    }

    ChannelInfo info() {
        KeptMessages history = kept;
        return new ChannelInfo(
                name,
                rules.kind(),
                rules.name(),
                groups.members() + channels.filters().count(matching),
                history == null ? 0 : history.size(),
                history == null ? StreamPosition.NONE : history.position());
    }

    /** Whether a sweep may find something to let go; costs two reads. Any thread. */
    boolean maySweep() {
        return kept != null || groups.isEmpty();
    }

    /**
     * Makes the channel ready for a piece of work; it is live, so changed rules find it. Inside.
     */
    void begin() {
        if (opened) {
            return;
        }
        opened = true;
        lookForFilters(channels.filters().version());
        rules = channels.configuredRules(name).orElse(rules);
        if (isBroadcast()) {
            channels.invite(this);
        }
    }

    /** Whether nothing is left in it. */
    @Override
    boolean isFinished() {
        return groups.isEmpty()
                && (kept == null || kept.isForgettable(channels.nowMs()))
                && !lingers();
    }

    /** Whether it stays because looking for its filters again would cost more. Inside. */
    private boolean lingers() {
        if (matching.length == 0) {
            return false;
        }
        boolean isUsed = used || wasUsed;
        return (isUsed && channels.isRoomy()) || congested().isPresent();
    }

    /** Whether it is there for filters only, which can do without it. Any thread. */
    boolean isFilteredOnly() {
        return groups.isEmpty() && kept == null && matching.length > 0;
    }

    /** Ends at once, if it is there for filters only. Inside. */
    void retire() {
        used = false;
        wasUsed = false;
    }

    /** Somebody who has more waiting than publishers should add to. Any thread. */
    Optional<Backpressure> congested() {
        Optional<Backpressure> full = groups.congested();
        FilterEntry[] now = matching;
        for (int i = 0; i < now.length && full.isEmpty(); i++) {
            full = Optional.ofNullable(now[i].congested());
        }
        return full;
    }

    /** Whether publishers who go on while they are paused must be refused. Any thread. */
    boolean isOverfull() {
        for (FilterEntry entry : matching) {
            if (entry.isOverfull()) {
                return true;
            }
        }
        return groups.isOverfull();
    }

    @Override
    void closed() {
        channels.remove(this);
    }

    /**
     * Gives a message its place and hands it to everybody. Inside.
     *
     * @param commit takes what is to be stored before this is answered; the caller {@linkplain
     *     Commit#write writes} it, inside, too
     */
    StreamPosition publish(Publication publication, Origin origin, Commit commit) {
        long nowMs = channels.nowMs();
        ChannelRules now = rules;
        if (!now.keepsHistory()) {
            hand(new Message(name, publication, origin, nowMs, 0, ""), now, commit);
            return StreamPosition.NONE;
        }
        KeptMessages history = history();
        var message =
                new Message(
                        name, publication, origin, nowMs, history.nextOffset(), history.epoch());
        history.add(message, now);
        history.makeRoom(channels.settings().maxHistoryBytes());
        hand(message, now, commit);
        return history.position();
    }

    private void hand(Message message, ChannelRules now, Commit commit) {
        if (message.publication().retain() && now.retain()) {
            channels.retained().keep(message, channels.store(), commit);
        }
        groups.hand(message);
        int version = channels.filters().version();
        if (version != matchingAt) {
            lookForFilters(version);
        }
        FilterEntry[] filters = matching;
        if (filters.length > 0) {
            used = true;
            Lane from = Lane.current();
            for (FilterEntry filter : filters) {
                filter.hand(message, this, from, commit);
            }
            if (reached != null) {
                handOnce(message, from, commit);
            }
        }
    }

    /** The present message matches a subscription that overlaps others of its session. Inside. */
    void reached(Overlap overlap) {
        if (reached == null) {
            reached = new LinkedHashSet<>();
        }
        reached.add(overlap);
    }

    private void handOnce(Message message, Lane from, Commit commit) {
        Set<Overlap> all = reached;
        reached = null;
        for (Overlap overlap : all) {
            overlap.hand(message, this, from, commit);
        }
    }

    /** What has come or gone after {@code version} changes that again. Inside. */
    private void lookForFilters(int version) {
        matching = channels.filters().find(name);
        matchingAt = version;
    }

    /** Puts a client's subscriber into its group. Inside. */
    void subscribe(Subscriber subscriber, SubscribeOptions options, Reply<Subscribed> reply) {
        if (subscriber.isCancelled()) {
            subscriber.refuse(reply);
            return;
        }
        WireGroup group = groups.join(subscriber.session(), options.joinLeave());
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
            groups.tell(new WireGroup.Presence(subscriber.session().member(), true));
        }
    }

    /** Takes a client's subscriber out of its group. Inside. */
    void unsubscribe(Subscriber subscriber) {
        WireGroup group = subscriber.group;
        if (group == null) {
            return; // it never came in
        }
        subscriber.group = null;
        groups.left(group);
        if (subscriber.isTold) {
            groups.tell(new WireGroup.Presence(subscriber.session().member(), false));
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

    /** Lets go kept messages that are too old, and itself when it has nothing to do. Inside. */
    void expire() {
        wasUsed = used;
        used = false;
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
}
