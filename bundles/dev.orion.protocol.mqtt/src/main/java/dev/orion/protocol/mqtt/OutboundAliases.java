// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import java.util.HashMap;
import java.util.Map;

/**
 * The topic aliases of one connection, from the server to the client (MQTT 5 §3.3.2.3.4).
 *
 * <p>The first topics get one, until the client takes no more; nobody loses his.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class OutboundAliases {

    private final int maximum;
    private final Map<String, Integer> byTopic = new HashMap<>();

    /**
     * @param maximum how many the client takes; more than 0
     */
    OutboundAliases(int maximum) {
        this.maximum = maximum;
    }

    /** The alias of a topic; 0 where it has none. */
    int of(String topic) {
        return byTopic.getOrDefault(topic, 0);
    }

    /** The next alias to be given; 0 where there are no more. */
    int next() {
        return byTopic.size() < maximum ? byTopic.size() + 1 : 0;
    }

    /** A packet has told the client the {@link #next} alias. */
    void told(String topic) {
        byTopic.put(topic, byTopic.size() + 1);
    }
}
