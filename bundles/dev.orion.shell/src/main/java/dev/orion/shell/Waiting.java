// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Messages or events between the thread that delivers, which must not wait for a terminal, and the
 * one that prints. When it is full the oldest are missed, and counted.
 */
final class Waiting<T> {

    private static final int SIZE = 1_024;

    private final BlockingQueue<T> queue = new ArrayBlockingQueue<>(SIZE);
    private final AtomicLong missed = new AtomicLong();

    /** Takes one in, never waits. */
    void add(T one) {
        while (!queue.offer(one)) {
            if (queue.poll() != null) {
                missed.incrementAndGet();
            }
        }
    }

    /** The next one, or null when none has come in time. */
    T next(long nanos) throws InterruptedException {
        return queue.poll(nanos, TimeUnit.NANOSECONDS);
    }

    long missed() {
        return missed.get();
    }
}
