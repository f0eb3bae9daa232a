// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.message.Message;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * Subscribers that get the same bytes from the same thread.
 *
 * <p>Items are put in from inside channels (see {@link Serial}), and taken out by the lane in the
 * same order.
 */
abstract class Group {

    private static final AtomicIntegerFieldUpdater<Group> DIRTY =
            AtomicIntegerFieldUpdater.newUpdater(Group.class, "dirty");

    final Lane lane;

    /** Links the lane's dirty groups; belongs to whoever has set {@link #dirty}. */
    Group nextDirty;

    /** How many subscribers it has or will have; the channel's. */
    int members;

    private volatile int dirty;

    Group(Lane lane) {
        this.lane = lane;
    }

    /** Puts a message in. The channel's thread. */
    abstract void offer(Message message);

    /** Delivers what has been put in. The lane's thread. */
    abstract void drain();

    /** Whether more waits in it than a publisher should add to. Any thread. */
    abstract boolean isCongested();

    /** Whether so much waits in it that publishers who go on while paused must be refused. */
    abstract boolean isOverfull();

    /** Its lane has ended: lets go of who waits for it. Any thread. */
    abstract void abandon();

    /** Pauses a publisher until less waits in it. The publisher's event loop. */
    abstract void pause(Publisher publisher);

    /** Marks it dirty and has its lane woken. The channel's thread. */
    final void announce(Lane from) {
        if (dirty == 0 && DIRTY.compareAndSet(this, 0, 1)) {
            lane.push(this);
            Lane.wake(lane, from);
        }
    }

    /** The lane has taken it from its dirty groups. */
    final void markClean() {
        dirty = 0;
    }
}
