// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.realtime.Member;
import dev.orion.realtime.PresenceStats;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Gathers who is on a channel from the event loops that its members live on.
 *
 * <p>Nothing is kept for it: presence costs something only when somebody asks.
 */
final class Members implements Groups.MemberCount {

    private final Queue<Member> members = new ConcurrentLinkedQueue<>();
    private final AtomicInteger groups = new AtomicInteger(1);
    private final Consumer<List<Member>> then;

    private Members(Consumer<List<Member>> then) {
        this.then = then;
    }

    /** Calls {@code then} with the clients on a channel, on some thread. */
    static void of(Channels channels, String channel, Consumer<List<Member>> then) {
        var gathered = new Members(then);
        LiveChannel live = channels.get(channel);
        if (live == null) {
            gathered.groupDone();
            return;
        }
        channels.with(
                channel,
                live.rules(),
                found -> {
                    found.groups().count(gathered);
                    gathered.groupDone();
                });
    }

    static PresenceStats stats(List<Member> members) {
        long users = members.stream().map(Member::user).distinct().count();
        return new PresenceStats(members.size(), (int) users);
    }

    @Override
    public void expect(int more) {
        groups.addAndGet(more);
    }

    @Override
    public void add(Session session) {
        members.add(session.member());
    }

    @Override
    public void groupDone() {
        if (groups.decrementAndGet() == 0) {
            then.accept(List.copyOf(members));
        }
    }
}
