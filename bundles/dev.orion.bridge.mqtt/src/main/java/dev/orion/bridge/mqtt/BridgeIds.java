// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Component;

/**
 * The ids of the bridges of this process: what comes back by another one of them is known, too.
 *
 * <p><b>Threads:</b> any.
 */
@Component(service = BridgeIds.class)
public final class BridgeIds {

    private final Set<String> ids = ConcurrentHashMap.newKeySet();

    void add(String id) {
        ids.add(id);
    }

    void remove(String id) {
        ids.remove(id);
    }

    /** All of them; a view. */
    Set<String> all() {
        return ids;
    }
}
