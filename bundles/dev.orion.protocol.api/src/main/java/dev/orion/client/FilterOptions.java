// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import static java.util.Objects.requireNonNull;

import dev.orion.message.Qos;
import java.util.List;

/**
 * What a session wishes of one subscription (MQTT 5 §3.8.3.1).
 *
 * @param qos how surely it wants messages, at most; a message's own wish limits it, too
 * @param noLocal whether it does not want what the session itself publishes
 * @param retainAsPublished whether a delivery says that its message was published to be retained;
 *     else only what was retained before says so
 * @param retained which retained messages it wants when it begins
 * @param id is told with each delivery; 0 for none
 */
public record FilterOptions(
        Qos qos, boolean noLocal, boolean retainAsPublished, Retained retained, int id) {

    public FilterOptions {
        requireNonNull(qos, "qos");
        requireNonNull(retained, "retained");
        if (id < 0) {
            throw new IllegalArgumentException("id: " + id + " (expected: >= 0)");
        }
    }

    /** Its id; empty where it has none. */
    public List<Integer> ids() {
        return id == 0 ? List.of() : List.of(id);
    }

    /** Which retained messages a subscription begins with. */
    public enum Retained {
        ALL,
        /** All, unless the session had a subscription with the same filter. */
        IF_NEW,
        NONE
    }
}
