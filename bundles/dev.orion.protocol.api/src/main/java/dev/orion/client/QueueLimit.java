// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

/**
 * How much may wait for one session, whatever others are granted. What comes beyond it is lost for
 * this session, and counted.
 *
 * @param messages deliveries that are not acknowledged, 1 to {@link #MAX_MESSAGES}
 * @param bytes how long they may be together, and what they cost besides; one always fits
 */
public record QueueLimit(int messages, long bytes) {

    /** The most messages; ids are 16 bits, and go round. */
    public static final int MAX_MESSAGES = 60_000;

    public QueueLimit {
        if (messages < 1 || messages > MAX_MESSAGES) {
            throw new IllegalArgumentException(
                    "messages: " + messages + " (expected: 1 to " + MAX_MESSAGES + ")");
        }
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 1)");
        }
    }
}
