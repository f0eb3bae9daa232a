// SPDX-License-Identifier: Apache-2.0
package dev.orion.net;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known of one listener at one moment.
 *
 * @param name the last part of its configuration's name: {@code web} of {@code
 *     dev.orion.listener~web}
 * @param endpoint where it listens; with the port that the system chose once it is bound
 * @param detail for people: why it failed or what it waits for; else empty
 * @param connections how many it has open
 * @param accepted how many it accepted since it was bound
 * @param refused how many it turned away: for a limit, because nobody served them in time, or
 *     because they did not come through the TLS handshake
 * @param defences how often each limit has held against a peer, by the limit's name, for as long as
 *     there has been a listener of this name; limits that never did are left out
 */
public record ListenerInfo(
        String name,
        Endpoint endpoint,
        State state,
        String detail,
        int connections,
        long accepted,
        long refused,
        Map<String, Long> defences) {

    public ListenerInfo {
        defences = Collections.unmodifiableMap(new TreeMap<>(defences));
    }

    /** Where a listener is in its life. */
    public enum State {
        /** The socket is being bound. */
        BINDING,
        /** It accepts, and its protocol serves. */
        SERVING,
        /** It accepts, and connections wait because no plug-in speaks its protocol now. */
        WAITING,
        /** The socket could not be bound. */
        FAILED
    }
}
