// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.QueueLimit;
import dev.orion.message.Message;

/**
 * What sessions may cost.
 *
 * @param maxSessions sessions at most, connected or not
 * @param maxQueued deliveries of one session that are not acknowledged, at most
 * @param maxQueuedBytes how much they may be together
 * @param whenFull what happens to what comes beyond that
 */
record SessionLimits(int maxSessions, int maxQueued, long maxQueuedBytes, WhenFull whenFull) {

    static final SessionLimits DEFAULT =
            new SessionLimits(1_000_000, 10_000, 16L * 1024 * 1024, WhenFull.DROP_NEWEST);

    /** What happens to what comes when there is no room. */
    enum WhenFull {
        /** It is lost for this session, which is counted and logged. */
        DROP_NEWEST,
        /** The session ends, so that its client learns of it when it comes back. */
        END_SESSION;

        /** As the configuration says it. */
        static WhenFull parse(String text) {
            return switch (text) {
                case "drop-newest" -> DROP_NEWEST;
                case "end-session" -> END_SESSION;
                default ->
                        throw new IllegalArgumentException(
                                "whenFull: " + text + " (expected: drop-newest or end-session)");
            };
        }
    }

    SessionLimits {
        if (maxSessions < 1) {
            throw new IllegalArgumentException("maxSessions: " + maxSessions + " (expected: >= 1)");
        }
        if (maxQueued < 1 || maxQueued > SessionQueue.MAX_SIZE) {
            throw new IllegalArgumentException(
                    "maxQueued: " + maxQueued + " (expected: 1 to " + SessionQueue.MAX_SIZE + ")");
        }
        if (maxQueuedBytes < 1) {
            throw new IllegalArgumentException(
                    "maxQueuedBytes: " + maxQueuedBytes + " (expected: >= 1)");
        }
    }

    /** The same for a session that has a limit of its own: it loses what comes beyond that. */
    SessionLimits with(QueueLimit own) {
        return new SessionLimits(maxSessions, own.messages(), own.bytes(), WhenFull.DROP_NEWEST);
    }

    /** Whether so much waits that publishers are answered later. */
    boolean isCrowded(SessionQueue queue) {
        return queue.size() > maxQueued / 2 || queue.bytes() > maxQueuedBytes / 2;
    }

    /** Whether one more message may wait; an empty queue takes a message of any size. */
    boolean hasRoom(SessionQueue queue, Message message) {
        long bytes = queue.bytes() + message.payload().length() + Queued.BYTES;
        return queue.size() == 0 || (queue.size() < maxQueued && bytes <= maxQueuedBytes);
    }
}
