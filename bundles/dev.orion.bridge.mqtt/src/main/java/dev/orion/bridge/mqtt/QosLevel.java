// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import dev.orion.message.Qos;

/** Qualities of service as the numbers that they are on the wire. */
final class QosLevel {

    private QosLevel() {}

    static int of(Qos qos) {
        return switch (qos) {
            case AT_MOST_ONCE -> 0;
            case AT_LEAST_ONCE -> 1;
            case EXACTLY_ONCE -> 2;
        };
    }

    static Qos qos(int level) {
        return switch (level) {
            case 0 -> Qos.AT_MOST_ONCE;
            case 1 -> Qos.AT_LEAST_ONCE;
            default -> Qos.EXACTLY_ONCE;
        };
    }
}
