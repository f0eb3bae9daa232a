// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.message.Message;
import dev.orion.message.Qos;
import dev.orion.realtime.ChannelRules;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Subscriptions that share the messages of a filter: each message is for one of them (MQTT 5
 * §4.8.2).
 *
 * <p>Connected ones take turns; one without a connection gets a message only when there is no
 * other, and only what is kept for it.
 *
 * <p><b>Threads:</b> changed under the lock of {@link Filters}; used inside channels.
 */
final class Share {

    private static final FilterSubscription[] NOBODY = {};

    final String name;
    private final AtomicInteger turns = new AtomicInteger();
    private volatile FilterSubscription[] members = NOBODY;

    Share(String name) {
        this.name = name;
    }

    boolean isEmpty() {
        return members.length == 0;
    }

    void add(FilterSubscription member) {
        FilterSubscription[] more = Arrays.copyOf(members, members.length + 1);
        more[members.length] = member;
        members = more;
    }

    void remove(FilterSubscription member) {
        members =
                Arrays.stream(members)
                        .filter(other -> other != member)
                        .toArray(FilterSubscription[]::new);
    }

    /**
     * Gives a message to the member whose turn it is.
     *
     * @param except one that is not to get it, or null
     * @return false when nobody can have it
     */
    boolean give(
            Message message,
            LiveChannel channel,
            Lane from,
            Commit commit,
            FilterSubscription except) {
        FilterSubscription[] now = members;
        ChannelRules rules = channel.rules();
        FilterSubscription second = null; // whose connection is full
        FilterSubscription third = null; // who has none
        int turn = now.length == 0 ? 0 : Math.floorMod(turns.getAndIncrement(), now.length);
        for (int i = 0; i < now.length; i++) {
            FilterSubscription member = now[(turn + i) % now.length];
            if (member == except || !member.inbox.mayReceive(rules)) {
                continue;
            }
            Audience audience = member.audience();
            if (audience != null && !audience.backpressure().isCongested()) {
                hand(message, channel, from, commit, member);
                return true;
            }
            if (audience != null) {
                second = second == null ? member : second;
            } else if (member.effective(message) != Qos.AT_MOST_ONCE) {
                third = third == null ? member : third;
            }
        }
        FilterSubscription chosen = second != null ? second : third;
        if (chosen != null) {
            hand(message, channel, from, commit, chosen);
        }
        return chosen != null;
    }

    private static void hand(
            Message message,
            LiveChannel channel,
            Lane from,
            Commit commit,
            FilterSubscription member) {
        if (member.effective(message) != Qos.AT_MOST_ONCE) {
            member.inbox.offer(message, member, false, commit);
            return;
        }
        Audience audience = member.audience();
        if (audience != null) { // it may have gone just now
            audience.offer(message, channel);
            audience.announce(from);
        }
    }

    /** Some member that has room; null where all who are connected have too much. */
    Backpressure congested() {
        Backpressure full = null;
        for (FilterSubscription member : members) {
            Audience audience = member.audience();
            if (audience != null && !audience.backpressure().isCongested()) {
                return null;
            }
            full = audience != null ? audience.backpressure() : full;
        }
        return full;
    }
}
