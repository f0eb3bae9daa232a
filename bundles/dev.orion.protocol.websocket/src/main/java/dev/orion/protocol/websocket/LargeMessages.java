// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes of large messages that all connections of a service hold, and sets their limit:
 * a peer may begin a message and never end it, or send and never read, and peers are many.
 *
 * <p><b>Threads:</b> any.
 */
final class LargeMessages {

    /** Shorter messages are nobody's business here. */
    static final int LARGE = 64 * 1024;

    private final AtomicLong held = new AtomicLong();

    /** Counts more bytes in, unless there would be more than {@code limit}. */
    boolean hold(long bytes, long limit) {
        if (held.addAndGet(bytes) <= limit) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        held.addAndGet(-bytes);
    }

    long held() {
        return held.get();
    }
}
