// SPDX-License-Identifier: Apache-2.0
package dev.orion.realtime;

/** What happens to a subscriber whose connection is full. */
public enum SlowPolicy {
    /** It is disconnected as slow and may come back, with recovery where there is history. */
    DISCONNECT,
    /** It misses the oldest of the messages that wait for it. */
    DROP_OLDEST,
    /** Only the newest message of the channel waits for it. */
    LATEST
}
