// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A message's place in the store, shared by the deliveries that wait for it.
 *
 * <p>How many they are is not stored: it is counted again when the deliveries are loaded.
 *
 * <p><b>Threads:</b> any.
 */
final class StoredMessage {

    private final long number;
    private final AtomicInteger uses = new AtomicInteger();

    /**
     * @param number of two messages of a channel the later one has the higher
     */
    StoredMessage(long number) {
        this.number = number;
    }

    long number() {
        return number;
    }

    void use() {
        uses.incrementAndGet();
    }

    /** One use less; whether it was the last one, so that the message can go. */
    boolean unuse() {
        return uses.decrementAndGet() == 0;
    }

    boolean isUsed() {
        return uses.get() > 0;
    }
}
