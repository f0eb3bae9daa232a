// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.udp;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many flows there are of each route, over all sockets.
 *
 * <p><b>Threads:</b> any.
 */
final class FlowLimits {

    private final Map<String, Integer> open = new ConcurrentHashMap<>();

    /** Whether there was room for one more. */
    boolean enter(String route, int max) {
        boolean[] entered = {false};
        open.compute(
                route,
                (name, before) -> {
                    int now = before == null ? 0 : before;
                    entered[0] = now < max;
                    return entered[0] ? Integer.valueOf(now + 1) : before;
                });
        return entered[0];
    }

    void leave(String route) {
        open.computeIfPresent(route, (name, before) -> before == 1 ? null : before - 1);
    }
}
