// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.message.ChannelPattern;
import dev.orion.message.Message;
import dev.orion.message.Qos;
import dev.orion.realtime.ChannelRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The subscriptions of one session that overlap others of it: a message that several of them match
 * comes once, as surely as any of them wishes, with the ids of all of them (MQTT 5 §3.3.4).
 *
 * <p>Such a session pays for that itself: it is in no audience with others. A subscription that has
 * once overlapped another stays here until it ends. Those with a share are never here.
 *
 * <p>Made with a session's first filter that has wildcards; without one there is no overlap.
 *
 * <p><b>Threads:</b> the session's lane, or any while it is not connected, but for what says
 * otherwise.
 */
final class Overlap extends Seat {

    /** The session's subscriptions with wildcards, whether they overlap or not. */
    private final Set<FilterSubscription> wild = new HashSet<>(2);

    /** Those that overlap; null until there are some. */
    private volatile LevelTrie<FilterSubscription> members;

    /** Where the messages go that need no acknowledgement; null while there is no connection. */
    private volatile Audience audience;

    private int attached;

    Overlap(Inbox inbox) {
        super(inbox);
    }

    /** Where the messages go that need no acknowledgement; null for nowhere. Any thread. */
    Audience audience() {
        return audience;
    }

    /** A subscription with wildcards has come. */
    void addWild(FilterSubscription subscription) {
        wild.add(subscription);
    }

    /** The subscriptions of the session that may overlap one with a filter. */
    Iterable<FilterSubscription> candidates(ChannelPattern filter) {
        return filter.hasWildcards() ? inbox.subscriptions().values() : wild;
    }

    void add(FilterSubscription member) {
        if (members == null) {
            members = new LevelTrie<>();
        }
        members.put(member.filter.channels().toString(), member);
    }

    /** A subscription has gone, which may be one of those that overlap. */
    void remove(FilterSubscription gone) {
        wild.remove(gone);
        if (gone.overlap() != null) {
            members.remove(gone.filter.channels().toString());
        }
    }

    /** One of those that overlap is attached; the audience for all of them. The lane's thread. */
    Audience attach() {
        if (attached++ == 0) {
            var made = new Audience(inbox.lane(), null, false, null);
            delivery = inbox.delivery();
            made.add(this);
            audience = made;
        }
        return audience;
    }

    /** One of them is detached. The lane's thread. */
    void detach() {
        if (--attached == 0) {
            Audience gone = audience;
            audience = null;
            gone.remove(this);
            delivery = null;
        }
    }

    /** Gives a message once for all subscriptions that it matches. Inside its channel. */
    void hand(Message message, LiveChannel channel, Lane from, Commit commit) {
        ChannelRules rules = channel.rules();
        if (!inbox.mayReceive(rules)) {
            return;
        }
        var match = new Match(message, inbox.clientId());
        members.anyMatching(message.channel(), match);
        if (match.isEmpty) {
            return; // its own message, or it has just unsubscribed
        }
        if (match.effective(message) != Qos.AT_MOST_ONCE) {
            inbox.offer(message, match, false, commit);
            return;
        }
        Audience now = audience;
        if (now != null) {
            now.offer(message, channel, match);
            now.announce(from);
        }
    }

    /**
     * The subscriptions that match one message, together: any that does not mind whose message it
     * is brings it; it is as sure, and as retained, as the one of these that wants most.
     */
    private static final class Match implements Terms, Predicate<FilterSubscription> {

        private final boolean isOwn; // the session has published it
        private boolean isEmpty = true;
        private Qos qos = Qos.AT_MOST_ONCE;
        private boolean retainAsPublished;
        private List<Integer> ids = List.of();

        Match(Message message, String clientId) {
            this.isOwn = message.origin().client().equals(clientId);
        }

        /** Takes one more in; goes on to the next. */
        @Override
        public boolean test(FilterSubscription subscription) {
            var options = subscription.options();
            if (isOwn && options.noLocal()) {
                return false;
            }
            isEmpty = false;
            qos = qos.compareTo(options.qos()) < 0 ? options.qos() : qos;
            retainAsPublished |= options.retainAsPublished();
            if (options.id() != 0) {
                ids = ids.isEmpty() ? new ArrayList<>(2) : ids;
                ids.add(options.id());
            }
            return false;
        }

        @Override
        public Qos effective(Message message) {
            return message.publication().qos().atMost(qos);
        }

        @Override
        public boolean retainAsPublished() {
            return retainAsPublished;
        }

        @Override
        public List<Integer> ids() {
            return ids;
        }

        @Override
        public FilterSubscription shared() {
            return null;
        }
    }
}
