// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What waits for the store's thread, in the order in which it came.
 *
 * <p><b>Threads:</b> any thread adds; one takes.
 */
final class WorkQueue {

    private final ConcurrentLinkedQueue<Work> waiting = new ConcurrentLinkedQueue<>();

    void add(Work work) {
        waiting.add(work);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Takes whatever is next; null where nothing is. */
    Work take() {
        return waiting.poll();
    }

    /**
     * Takes the writes that are next, up to the first other work.
     *
     * @param group gets them
     * @param maxBytes as many of them as have no more bytes together; the first is always taken
     */
    void takeWrites(Collection<Work.Write> group, long maxBytes) {
        long bytes = 0;
        while (waiting.peek() instanceof Work.Write write) {
            bytes += write.batch().bytes();
            if (bytes > maxBytes && !group.isEmpty()) {
                return;
            }
            waiting.remove();
            group.add(write);
        }
    }

    /**
     * Takes what wants to look at a table; null where something else is next. A write may have come
     * since the writes were taken: it stays.
     */
    Work.Look takeLook() {
        if (waiting.peek() instanceof Work.Look look) {
            waiting.remove();
            return look;
        }
        return null;
    }
}
