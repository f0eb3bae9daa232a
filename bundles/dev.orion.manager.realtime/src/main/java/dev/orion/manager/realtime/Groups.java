// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.message.Message;
import java.util.Arrays;
import java.util.Optional;

/**
 * Everybody who is on one channel, in groups.
 *
 * <p><b>Threads:</b> changed, and told of something, inside the channel; read by any thread.
 */
final class Groups {

    private static final Group[] NONE = {};

    private final LiveChannel channel;
    private volatile Group[] all = NONE;

    Groups(LiveChannel channel) {
        this.channel = channel;
    }

    boolean isEmpty() {
        return all.length == 0;
    }

    /** How many are on the channel, or on their way in. */
    int members() {
        int members = 0;
        for (Group group : all) {
            members += group.members;
        }
        return members;
    }

    /** Some group that has more waiting than publishers should add to. */
    Optional<Backpressure> congested() {
        for (Group group : all) {
            Backpressure pressure = group.backpressure();
            if (pressure != null && pressure.isCongested()) {
                return Optional.of(pressure);
            }
        }
        return Optional.empty();
    }

    /** Whether publishers who go on while they are paused must be refused. */
    boolean isOverfull() {
        for (Group group : all) {
            Backpressure pressure = group.backpressure();
            if (pressure != null && pressure.isOverfull()) {
                return true;
            }
        }
        return false;
    }

    /** Puts a message into every group. Inside. */
    void hand(Message message) {
        Group[] now = all;
        if (now.length == 0) {
            return;
        }
        Lane from = Lane.current();
        for (Group group : now) {
            group.offer(message);
            group.announce(from);
        }
    }

    /** Tells those who asked for it who has come or gone. Inside. */
    void tell(WireGroup.Presence news) {
        Lane from = Lane.current();
        for (Group group : all) {
            if (group instanceof WireGroup wire && wire.isToldPresence()) {
                wire.offer(news);
                wire.announce(from);
            }
        }
    }

    /** Shows every client to {@code count}, on the clients' event loops. Inside. */
    void count(MemberCount count) {
        Lane from = Lane.current();
        Group[] now = all;
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

    /** The group for one more of a session's subscribers, made where there is none. Inside. */
    WireGroup join(Session session, boolean isToldPresence) {
        WireGroup group = find(session, isToldPresence);
        if (group == null) {
            group = new WireGroup(session.lane(), channel, session.form(), isToldPresence);
            append(group);
        }
        group.members++;
        return group;
    }

    private WireGroup find(Session session, boolean isToldPresence) {
        for (Group group : all) {
            if (group instanceof WireGroup wire
                    && wire.lane == session.lane()
                    && wire.isToldPresence() == isToldPresence
                    && wire.form().equals(session.form())) {
                return wire;
            }
        }
        return null;
    }

    /** Adds a group of one. Inside. */
    void add(Group group) {
        group.members = 1;
        append(group);
    }

    private void append(Group group) {
        Group[] now = all;
        Group[] more = Arrays.copyOf(now, now.length + 1);
        more[now.length] = group;
        all = more;
    }

    /** One member of {@code group} has left. Inside. */
    void left(Group group) {
        group.members--;
        if (group.members > 0) {
            return;
        }
        Group[] now = all;
        for (int i = 0; i < now.length; i++) {
            if (now[i] == group) {
                Group[] less = Arrays.copyOf(now, now.length - 1);
                if (i < less.length) {
                    less[i] = now[now.length - 1];
                }
                all = less.length == 0 ? NONE : less;
                return;
            }
        }
    }

    /** Gathers members from several event loops. */
    interface MemberCount {
        void expect(int groups);

        void add(Session session);

        void groupDone();
    }
}
