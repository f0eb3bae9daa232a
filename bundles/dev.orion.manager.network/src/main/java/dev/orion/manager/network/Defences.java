// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often each limit has held against somebody, by the limit's name.
 *
 * <p>The names are those of our own limits, so there are few; should somebody make them up, what is
 * beyond {@value #MAX_NAMES} of them is one figure.
 *
 * <p><b>Threads:</b> any.
 */
final class Defences {

    static final String MAX_CONNECTIONS = "max-connections";
    static final String MAX_CONNECTIONS_PER_ADDRESS = "max-connections-per-address";
    static final String HANDSHAKE_TIMEOUT = "handshake-timeout";
    static final String RENEGOTIATION = "renegotiation";
    static final String TLS_FAILED = "tls-failed";
    static final String OTHERS = "others";

    static final int MAX_NAMES = 64;

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    void count(String limit) {
        LongAdder known = counts.get(limit);
        if (known == null) {
            String name = counts.size() < MAX_NAMES ? limit : OTHERS;
            known = counts.computeIfAbsent(name, first -> new LongAdder());
        }
        known.increment();
    }

    /** The figures now; a copy. */
    Map<String, Long> figures() {
        Map<String, Long> figures = new HashMap<>();
        counts.forEach((limit, count) -> figures.put(limit, count.sum()));
        return figures;
    }
}
