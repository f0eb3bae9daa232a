// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.message.Message;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Messages between the thread that delivers, which must not wait for a terminal, and the one that
 * prints. When it is full the oldest are missed, and counted.
 */
final class WaitingMessages {

    private static final int SIZE = 1_024;

    private final BlockingQueue<Message> queue = new ArrayBlockingQueue<>(SIZE);
    private final AtomicLong missed = new AtomicLong();

    /** Takes one in, never waits. */
    void add(Message message) {
        while (!queue.offer(message)) {
            if (queue.poll() != null) {
                missed.incrementAndGet();
            }
        }
    }

    /** The next one, or null when none has come in time. */
    Message next(long nanos) throws InterruptedException {
        return queue.poll(nanos, TimeUnit.NANOSECONDS);
    }

    long missed() {
        return missed.get();
    }
}
