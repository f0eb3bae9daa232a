// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import static java.util.Objects.requireNonNull;

import dev.orion.message.Message;
import dev.orion.message.Qos;

/**
 * One message on its way to one session.
 *
 * @param id by which it is acknowledged, 1 to 65,535; 0 with {@link Qos#AT_MOST_ONCE}
 * @param again whether it may have been delivered before
 * @param retained whether it is to say that it was retained (MQTT 5 §3.3.1.3)
 * @param subscription the id of the subscription that it is for; 0 where that has none
 */
public record Delivery(
        int id, Message message, Qos qos, boolean again, boolean retained, int subscription) {

    public Delivery {
        requireNonNull(message, "message");
        requireNonNull(qos, "qos");
    }
}
