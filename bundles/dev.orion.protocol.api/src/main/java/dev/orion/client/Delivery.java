// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import static java.util.Objects.requireNonNull;

import dev.orion.message.Message;
import dev.orion.message.Qos;
import java.util.List;

/**
 * One message on its way to one session.
 *
 * @param id by which it is acknowledged, 1 to 65,535; 0 with {@link Qos#AT_MOST_ONCE}
 * @param again whether it may have been delivered before
 * @param retained whether it is to say that it was retained (MQTT 5 §3.3.1.3)
 * @param subscriptions the ids of the subscriptions that it is for, of those that have one
 */
public record Delivery(
        int id,
        Message message,
        Qos qos,
        boolean again,
        boolean retained,
        List<Integer> subscriptions) {

    public Delivery {
        requireNonNull(message, "message");
        requireNonNull(qos, "qos");
        requireNonNull(subscriptions, "subscriptions");
    }
}
