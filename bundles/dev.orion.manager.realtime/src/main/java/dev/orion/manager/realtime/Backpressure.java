// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * Counts what waits for a lane, and has publishers wait while that is too much.
 *
 * <p><b>Threads:</b> any, but for what says otherwise.
 */
final class Backpressure {

    /** What an item costs in memory besides its payload, roughly. */
    static final int ITEM_BYTES = 128;

    /** Publishers pause when more than this waits for the lane. */
    private static final long CONGESTED_BYTES = 4L * 1024 * 1024;

    /** Publishers that go on while they are paused are refused when more than this waits. */
    private static final long OVERFULL_BYTES = 4 * CONGESTED_BYTES;

    private static final AtomicLongFieldUpdater<Backpressure> OFFERED =
            AtomicLongFieldUpdater.newUpdater(Backpressure.class, "offeredBytes");

    @SuppressWarnings("rawtypes") // a field updater cannot carry the type argument
    private static final AtomicReferenceFieldUpdater<Backpressure, Queue> PAUSED =
            AtomicReferenceFieldUpdater.newUpdater(Backpressure.class, Queue.class, "paused");

    private final Lane lane;

    private volatile long offeredBytes;
    private volatile long takenSeen; // at most takenBytes
    private volatile long takenBytes; // written by the lane's thread

    /** Who waits for the lane to catch up; made when the first one does. */
    private volatile Queue<Publisher> paused;

    Backpressure(Lane lane) {
        this.lane = lane;
    }

    /** Something has been put in, by one thread at a time. */
    void offered(int bytes) {
        OFFERED.lazySet(this, offeredBytes + bytes);
    }

    /** Something has been put in, by one of many threads. */
    void offeredByOneOfMany(int bytes) {
        OFFERED.addAndGet(this, bytes);
    }

    /** How much has been taken out so far. */
    long taken() {
        return takenBytes;
    }

    /** So much has been taken out by now: publishers go on where that is enough. The lane. */
    void taken(long bytes) {
        takenBytes = bytes;
        if (paused != null && !isStillFull()) {
            resumePublishers();
        }
    }

    /** Whether more waits than a publisher should add to. */
    boolean isCongested() {
        long offered = offeredBytes;
        if (offered - takenSeen <= CONGESTED_BYTES) {
            return false; // without a look at what the lane's thread is writing
        }
        takenSeen = takenBytes;
        return !lane.isDead() && offered - takenSeen > CONGESTED_BYTES;
    }

    /** Whether so much waits that publishers who go on while paused must be refused. */
    boolean isOverfull() {
        return !lane.isDead() && offeredBytes - takenBytes > OVERFULL_BYTES;
    }

    /** Pauses a publisher until the lane has caught up. The publisher's event loop. */
    void pause(Publisher publisher) {
        publisher.pauseReading();
        if (paused == null) {
            PAUSED.compareAndSet(this, null, new ConcurrentLinkedQueue<>());
        }
        paused.add(publisher);
        if (!isStillFull()) {
            resumePublishers(); // it has caught up meanwhile
        }
    }

    /** The lane has ended: nobody waits for it any more. */
    void abandon() {
        if (paused != null) {
            resumePublishers();
        }
    }

    private boolean isStillFull() {
        return !lane.isDead() && offeredBytes - takenBytes > CONGESTED_BYTES / 2;
    }

    private void resumePublishers() {
        Publisher publisher;
        while ((publisher = paused.poll()) != null) {
            publisher.resumeReading();
        }
    }
}
