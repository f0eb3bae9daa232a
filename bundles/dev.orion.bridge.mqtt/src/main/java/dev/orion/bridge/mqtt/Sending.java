// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import dev.orion.message.Publication;
import dev.orion.message.Qos;

/**
 * What is to be sent to the other broker.
 *
 * @param id by which it will be acknowledged; 0 with {@link Qos#AT_MOST_ONCE}
 * @param publication its expiry is what is left of it; its own quality of service does not count
 * @param again whether it may have been sent before
 */
record Sending(
        int id, String topic, Publication publication, Qos qos, boolean retain, boolean again) {

    /** How long it is on the wire at least, and hardly longer. */
    long bytes() {
        long sum = 64 + 3L * topic.length() + publication.payload().length();
        sum += 3L * publication.payload().contentType().length();
        for (var header : publication.headers()) {
            sum += 5 + 3L * (header.name().length() + header.value().length());
        }
        if (publication.replyTo().isPresent()) {
            var to = publication.replyTo().get();
            sum += 3L * to.channel().length() + to.correlation().length();
        }
        return sum;
    }
}
