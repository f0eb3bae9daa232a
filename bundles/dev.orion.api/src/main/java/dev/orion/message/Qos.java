// SPDX-License-Identifier: Apache-2.0
package dev.orion.message;

/** How sure it is that a message arrives, in the words of MQTT (MQTT 5 §4.3); weakest first. */
public enum Qos {
    /** Delivered once or not at all. */
    AT_MOST_ONCE,
    /** Delivered, perhaps more than once: it is kept until it is acknowledged. */
    AT_LEAST_ONCE,
    /** Delivered, and no more than once to a receiver that keeps the rules. */
    EXACTLY_ONCE;

    /** The weaker of two: what a publisher and a subscriber both want. */
    public Qos atMost(Qos other) {
        return compareTo(other) <= 0 ? this : other;
    }
}
