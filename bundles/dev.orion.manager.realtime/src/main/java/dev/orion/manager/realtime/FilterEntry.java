// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.WireForm;
import dev.orion.message.ChannelPattern;
import dev.orion.message.Message;
import dev.orion.message.Qos;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Everybody who subscribes with one filter.
 *
 * <p><b>Threads:</b> changed under the lock of {@link Filters}; used inside channels.
 */
final class FilterEntry {

    static final FilterEntry[] NONE = {};

    private static final Audience[] NOBODY = {};
    private static final Share[] UNSHARED = {};
    private static final HostGroup[] NO_HOSTS = {};
    private static final FilterSubscription[] NOTHING = {};

    final ChannelPattern channels;

    /** How many subscriptions it has, of sessions and of hosts. */
    int subscriptions;

    private volatile Audience[] audiences = NOBODY;
    private volatile Share[] shares = UNSHARED;
    private volatile HostGroup[] hosts = NO_HOSTS;

    /** Those that overlap others of their session. */
    private volatile FilterSubscription[] overlapping = NOTHING;

    /** Those that want some messages kept for them; made for the first. */
    private volatile Set<FilterSubscription> sure = Set.of();

    FilterEntry(ChannelPattern channels) {
        this.channels = channels;
    }

    /** Who gets the same bytes, in the order in which they came. */
    List<Audience> audiences() {
        return List.of(audiences);
    }

    /** Gives a message to everybody. Inside its channel. */
    void hand(Message message, LiveChannel channel, Lane from, Commit commit) {
        for (Audience audience : audiences) {
            if (audience.wants(message)) {
                audience.offer(message, channel);
                audience.announce(from);
            }
        }
        for (HostGroup host : hosts) {
            host.offer(message);
            host.announce(from);
        }
        for (Share share : shares) {
            share.give(message, channel, from, commit, null);
        }
        boolean isSure = message.publication().qos() != Qos.AT_MOST_ONCE;
        for (FilterSubscription subscription : overlapping) { // after audiences: see Filters
            if (!isSure || !subscription.isSure()) {
                channel.reached(subscription.overlap());
            }
        }
        if (isSure) {
            keep(message, channel, commit);
        }
    }

    private void keep(Message message, LiveChannel channel, Commit commit) {
        for (FilterSubscription subscription : sure) {
            Overlap overlap = subscription.overlap();
            if (overlap != null) {
                channel.reached(overlap);
            } else if (subscription.isSure()
                    && !subscription.isOwn(message)
                    && subscription.inbox.mayReceive(channel.rules())) {
                subscription.inbox.offer(message, subscription, false, commit);
            }
        }
    }

    /** Somebody who has more waiting than publishers should add to; null for nobody. */
    Backpressure congested() {
        for (Audience audience : audiences) {
            if (audience.backpressure().isCongested()) {
                return audience.backpressure();
            }
        }
        for (Share share : shares) {
            Backpressure full = share.congested();
            if (full != null) {
                return full;
            }
        }
        for (FilterSubscription subscription : overlapping) {
            Audience audience = subscription.audience();
            if (audience != null && audience.backpressure().isCongested()) {
                return audience.backpressure();
            }
        }
        return null;
    }

    /** Whether publishers who go on while they are paused must be refused. */
    boolean isOverfull() {
        for (Audience audience : audiences) {
            if (audience.backpressure().isOverfull()) {
                return true;
            }
        }
        for (Share share : shares) {
            Backpressure full = share.congested();
            if (full != null && full.isOverfull()) {
                return true;
            }
        }
        for (FilterSubscription subscription : overlapping) {
            Audience audience = subscription.audience();
            if (audience != null && audience.backpressure().isOverfull()) {
                return true;
            }
        }
        return false;
    }

    /** Takes in whoever wants messages kept. */
    void keepFor(FilterSubscription subscription) {
        if (sure.isEmpty()) {
            Set<FilterSubscription> first = ConcurrentHashMap.newKeySet(1);
            first.add(subscription);
            sure = first;
        } else {
            sure.add(subscription);
        }
    }

    void keepNoMoreFor(FilterSubscription subscription) {
        if (sure.contains(subscription)) {
            sure.remove(subscription);
        }
    }

    /** A subscription overlaps others of its session. */
    void overlaps(FilterSubscription one) {
        FilterSubscription[] more = Arrays.copyOf(overlapping, overlapping.length + 1);
        more[overlapping.length] = one;
        overlapping = more;
    }

    void overlapsNoMore(FilterSubscription gone) {
        overlapping =
                Arrays.stream(overlapping)
                        .filter(other -> other != gone)
                        .toArray(FilterSubscription[]::new);
    }

    void share(FilterSubscription member) {
        Share share = share(member.filter.share());
        if (share == null) {
            share = new Share(member.filter.share());
            Share[] more = Arrays.copyOf(shares, shares.length + 1);
            more[shares.length] = share;
            shares = more;
        }
        share.add(member);
    }

    void unshare(FilterSubscription member) {
        Share share = share(member.filter.share());
        share.remove(member);
        if (share.isEmpty()) {
            shares = Arrays.stream(shares).filter(other -> other != share).toArray(Share[]::new);
        }
    }

    /** The share of a name; null where it has no members. */
    Share share(String name) {
        for (Share share : shares) {
            if (share.name.equals(name)) {
                return share;
            }
        }
        return null;
    }

    /** The audience that one more subscription joins, made where there is none. */
    Audience join(FilterSubscription subscription, Lane lane, WireForm form) {
        boolean isSure = subscription.isSure();
        if (subscription.isShared()) { // the share, and nobody else, offers something to it
            return new Audience(lane, form, false, subscription);
        }
        boolean isAlone = subscription.options().noLocal();
        Audience joined = isAlone ? null : find(lane, form, isSure);
        if (joined == null) {
            joined = new Audience(lane, form, isSure, isAlone ? subscription : null);
            Audience[] more = Arrays.copyOf(audiences, audiences.length + 1);
            more[audiences.length] = joined;
            audiences = more;
        }
        joined.members++;
        return joined;
    }

    private Audience find(Lane lane, WireForm form, boolean isSure) {
        for (Audience audience : audiences) {
            if (audience.suits(lane, form, isSure)) {
                return audience;
            }
        }
        return null;
    }

    /** One member of {@code audience} has left. */
    void left(Audience audience) {
        if (--audience.members <= 0) {
            audiences =
                    Arrays.stream(audiences)
                            .filter(other -> other != audience)
                            .toArray(Audience[]::new);
        }
    }

    void add(HostGroup host) {
        HostGroup[] more = Arrays.copyOf(hosts, hosts.length + 1);
        more[hosts.length] = host;
        hosts = more;
    }

    void remove(HostGroup host) {
        hosts = Arrays.stream(hosts).filter(other -> other != host).toArray(HostGroup[]::new);
    }
}
