// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/** What a {@link Lane} does once a turn, when somebody has announced that there is something. */
abstract class LaneTask {

    private static final AtomicIntegerFieldUpdater<LaneTask> DIRTY =
            AtomicIntegerFieldUpdater.newUpdater(LaneTask.class, "dirty");

    final Lane lane;

    /** Links the lane's dirty tasks; belongs to whoever has set {@link #dirty}. */
    LaneTask nextDirty;

    private volatile int dirty;

    LaneTask(Lane lane) {
        this.lane = lane;
    }

    /** Does what there is to do. The lane's thread. */
    abstract void drain();

    /** Its lane has ended: lets go of who waits for it. Any thread. */
    void abandon() {}

    /** Marks it dirty and has its lane woken. Any thread. */
    final void announce(Lane from) {
        if (dirty == 0 && DIRTY.compareAndSet(this, 0, 1)) {
            lane.push(this);
            Lane.wake(lane, from);
        }
    }

    /** The lane has taken it from its dirty tasks. */
    final void markClean() {
        dirty = 0;
    }
}
