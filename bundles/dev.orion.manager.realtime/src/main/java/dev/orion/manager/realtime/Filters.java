// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Filter;
import dev.orion.client.FilterOptions;
import dev.orion.client.SessionOutlet;
import dev.orion.client.WireForm;
import dev.orion.message.ChannelPattern;
import dev.orion.message.Message;
import dev.orion.message.Qos;
import dev.orion.realtime.ChannelRules;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The subscriptions by filter, of sessions and of hosts.
 *
 * <p>A live channel remembers which filters match it, and looks again when {@link #version} says
 * that filters have come or gone. A subscription is registered first and answered then, so whatever
 * is published after the answer reaches it, whether its channel was there, comes, or goes.
 *
 * <p><b>Threads:</b> any for hosts; for sessions, what says so belongs to their lane. Changes wait
 * for each other, looking at the filters waits for nothing.
 */
final class Filters {

    private final Channels channels;
    private final LevelTrie<FilterEntry> entries = new LevelTrie<>();

    // guarded by this
    private int subscriptions;

    /** Changed after a filter has come or gone. */
    private final AtomicInteger version = new AtomicInteger();

    Filters(Channels channels) {
        this.channels = channels;
    }

    /** Changes when a filter that was not there has come, or the last subscription with it gone. */
    int version() {
        return version.get();
    }

    /** How many subscriptions there are, for people and tests. */
    synchronized int size() {
        return subscriptions;
    }

    /** How many different filters there are. */
    int filters() {
        return entries.size();
    }

    /** How many subscriptions some filters have together. */
    synchronized int count(FilterEntry[] some) {
        int count = 0;
        for (FilterEntry entry : some) {
            count += entry.subscriptions;
        }
        return count;
    }

    /** Whether somebody subscribes with a filter that matches a channel. */
    boolean match(String channel) {
        return !entries.isEmpty() && entries.anyMatching(channel, entry -> true);
    }

    /** The filters that match a channel. */
    FilterEntry[] find(String channel) {
        if (entries.isEmpty()) {
            return FilterEntry.NONE;
        }
        List<FilterEntry> found = new ArrayList<>(4);
        entries.anyMatching(
                channel,
                entry -> {
                    found.add(entry);
                    return false;
                });
        return found.isEmpty() ? FilterEntry.NONE : found.toArray(FilterEntry.NONE);
    }

    /**
     * Subscribes a session, and {@linkplain #attach attaches} it where it is connected.
     *
     * <p><b>Threads:</b> the session's lane; any where it is not connected.
     *
     * @return null when there are too many subscriptions
     */
    FilterSubscription subscribe(Inbox inbox, Filter filter, FilterOptions options) {
        FilterSubscription made;
        synchronized (this) {
            if (subscriptions >= channels.settings().maxSubscriptions()) {
                return null;
            }
            FilterEntry entry = register(filter.channels());
            made = new FilterSubscription(filter, inbox, entry, options);
            if (made.isShared()) {
                entry.share(made);
            } else if (made.isSure()) {
                entry.keepFor(made);
            }
        }
        if (!made.isShared()) {
            findOverlaps(made);
        }
        if (inbox.lane() != null) {
            attach(made);
        }
        return made;
    }

    /** Has a new subscription come together with those of its session that it overlaps. */
    private void findOverlaps(FilterSubscription made) {
        Inbox inbox = made.inbox;
        boolean isWild = made.filter.channels().hasWildcards();
        Overlap overlap = inbox.overlap();
        if (overlap == null && !isWild) {
            return;
        }
        if (overlap == null) {
            overlap = new Overlap(inbox);
            inbox.overlap(overlap);
        }
        for (FilterSubscription other : overlap.candidates(made.filter.channels())) {
            if (!other.isShared() && other.filter.channels().overlaps(made.filter.channels())) {
                join(overlap, other);
                join(overlap, made);
            }
        }
        if (isWild) {
            overlap.addWild(made);
        }
    }

    /**
     * Has a subscription come together with others of its session.
     *
     * <p>Whoever publishes offers to audiences first and looks for overlaps then. So what it has
     * offered without seeing this one is there to be drained, and nothing is missed; what it offers
     * at this very moment may come twice.
     */
    private void join(Overlap overlap, FilterSubscription member) {
        if (member.overlap() != null) {
            return;
        }
        Audience shared = member.audience();
        if (shared != null) {
            member.audience(overlap.attach());
        }
        overlap.add(member);
        member.overlap(overlap);
        synchronized (this) {
            member.entry().overlaps(member);
        }
        if (shared != null) {
            shared.drain();
            leave(member, shared);
        }
    }

    /**
     * Changes the options of a subscription.
     *
     * <p>A message that needs no acknowledgement, is published at this very moment and would come
     * by another way then may be missed, or come twice; not where the subscription overlaps others.
     *
     * <p><b>Threads:</b> the session's lane.
     */
    void change(FilterSubscription subscription, FilterOptions options) {
        if (subscription.overlap() != null) {
            changeOverlapping(subscription, options);
            return;
        }
        FilterOptions old = subscription.options();
        Audience audience = subscription.audience();
        boolean moves = audience != null && !isSameWay(subscription, old, options);
        if (moves) {
            audience.drain(); // what has come before is for the old options
            detach(subscription);
        }
        synchronized (this) {
            subscription.options(options);
            if (!subscription.isShared() && subscription.isSure()) {
                subscription.entry().keepFor(subscription);
            } else if (!subscription.isShared()) {
                subscription.entry().keepNoMoreFor(subscription);
            }
        }
        if (moves) {
            attach(subscription);
        }
    }

    /** It stays among those that things are kept for: a publisher may have looked there before. */
    private synchronized void changeOverlapping(
            FilterSubscription subscription, FilterOptions options) {
        if (options.qos() != Qos.AT_MOST_ONCE) {
            subscription.entry().keepFor(subscription);
        }
        subscription.options(options);
    }

    /** Whether what needs no acknowledgement comes by the same audience. */
    private static boolean isSameWay(
            FilterSubscription subscription, FilterOptions old, FilterOptions options) {
        SessionOutlet outlet = subscription.inbox.outlet();
        boolean wasSure = old.qos() != Qos.AT_MOST_ONCE;
        boolean isSure = options.qos() != Qos.AT_MOST_ONCE;
        return wasSure == isSure
                && old.noLocal() == options.noLocal()
                && form(outlet, old).equals(form(outlet, options));
    }

    private static WireForm form(SessionOutlet outlet, FilterOptions options) {
        return outlet.wireForm(options.retainAsPublished(), options.ids());
    }

    /** Ends a subscription. The session's lane; any thread where it is not connected. */
    void unsubscribe(FilterSubscription subscription) {
        if (subscription.overlap() != null && subscription.audience() != null) {
            subscription.audience().drain(); // what has come before is for it, too
        }
        detach(subscription);
        Overlap overlap = subscription.isShared() ? null : subscription.inbox.overlap();
        synchronized (this) {
            FilterEntry entry = subscription.entry();
            if (subscription.isShared()) {
                entry.unshare(subscription);
            } else {
                entry.keepNoMoreFor(subscription);
            }
            if (subscription.overlap() != null) {
                entry.overlapsNoMore(subscription);
            }
            unregister(entry);
        }
        if (overlap != null) {
            overlap.remove(subscription);
        }
    }

    /**
     * Gives a subscription what its channels retain, where its options ask for that.
     *
     * <p>What is retained at the same moment comes as retained, as published, or both, but it is
     * not missed.
     *
     * <p><b>Threads:</b> the session's lane, after the subscription has been answered.
     *
     * @param isNew whether the session had no subscription with that filter
     */
    void giveRetained(FilterSubscription subscription, boolean isNew) {
        if (subscription.wantsRetained(isNew)) {
            RetainedRun.begin(channels, subscription);
        }
    }

    /** A connection has taken the session: what is not kept for it goes there. Its lane. */
    void attach(FilterSubscription subscription) {
        Inbox inbox = subscription.inbox;
        Overlap overlap = subscription.overlap();
        if (overlap != null) {
            subscription.audience(overlap.attach());
            return;
        }
        WireForm form = form(inbox.outlet(), subscription.options());
        Audience audience;
        synchronized (this) {
            audience = subscription.entry().join(subscription, inbox.lane(), form);
        }
        subscription.delivery = inbox.delivery();
        audience.add(subscription);
        subscription.audience(audience);
    }

    /** The connection goes: what is not kept for the session is for nobody. Its lane. */
    void detach(FilterSubscription subscription) {
        Audience audience = subscription.audience();
        if (audience == null) {
            return;
        }
        subscription.audience(null);
        Overlap overlap = subscription.overlap();
        if (overlap != null) {
            overlap.detach();
        } else {
            leave(subscription, audience);
        }
    }

    private void leave(FilterSubscription subscription, Audience audience) {
        audience.remove(subscription);
        subscription.delivery = null;
        if (!subscription.isShared()) {
            synchronized (this) {
                subscription.entry().left(audience);
            }
        }
    }

    /**
     * Gives a message that a member of a share has had, and has not acknowledged when it ended, to
     * another member.
     */
    void handOn(FilterSubscription gone, Message message) {
        FilterEntry entry = entries.get(gone.filter.channels().toString());
        Share share = entry == null ? null : entry.share(gone.filter.share());
        ChannelRules rules = channels.rules(message.channel()).orElse(null);
        if (share == null || rules == null) {
            return;
        }
        channels.with(
                message.channel(),
                rules,
                found -> {
                    var commit = new Commit();
                    share.give(message, found, Lane.current(), commit, gone);
                    commit.write(channels.store());
                });
    }

    /** Subscribes a host; returns false when there are too many subscriptions. */
    synchronized boolean subscribe(ChannelPattern pattern, HostGroup host) {
        if (subscriptions >= channels.settings().maxSubscriptions()) {
            return false;
        }
        register(pattern).add(host);
        return true;
    }

    /** Ends a host's subscription. */
    synchronized void unsubscribe(ChannelPattern pattern, HostGroup host) {
        FilterEntry entry = entries.get(pattern.toString());
        entry.remove(host);
        unregister(entry);
    }

    /** The entry of a filter, for one more subscription. */
    private FilterEntry register(ChannelPattern pattern) {
        FilterEntry entry =
                entries.computeIfAbsent(pattern.toString(), () -> new FilterEntry(pattern));
        subscriptions++;
        if (entry.subscriptions++ == 0) {
            version.incrementAndGet();
        }
        return entry;
    }

    private void unregister(FilterEntry entry) {
        subscriptions--;
        if (--entry.subscriptions == 0) {
            entries.remove(entry.channels.toString());
            version.incrementAndGet();
        }
    }
}
