// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static java.util.Objects.requireNonNull;

import dev.orion.net.Endpoint;
import java.util.Optional;
import java.util.Set;

/**
 * What is configured of one listener.
 *
 * @param endpoint with the port offset already added
 * @param serves the areas whose plug-ins are reached here
 * @param tls empty for a listener without TLS
 */
record ListenerSettings(
        String name,
        Endpoint endpoint,
        int maxConnections,
        int backlog,
        Set<String> serves,
        Optional<TlsSettings> tls) {

    ListenerSettings {
        requireNonNull(name, "name");
        requireNonNull(endpoint, "endpoint");
        serves = Set.copyOf(serves);
        requireNonNull(tls, "tls");
        if (maxConnections < 1) {
            throw new IllegalArgumentException(
                    "maxConnections: " + maxConnections + " (expected: >= 1)");
        }
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog: " + backlog + " (expected: >= 1)");
        }
    }

    boolean isForDatagrams() {
        return isForDatagrams(endpoint);
    }

    /** Whether datagrams are received there, and not connections. */
    static boolean isForDatagrams(Endpoint endpoint) {
        return endpoint.scheme().equals("udp");
    }

    /** Whether a socket bound for {@code other} can go on listening for this one. */
    boolean listensLike(ListenerSettings other) {
        return name.equals(other.name)
                && endpoint.equals(other.endpoint)
                && backlog == other.backlog
                && tls.equals(other.tls);
    }

    /** The configured endpoint with the offset added to its port, unless the system chooses it. */
    static Endpoint shifted(Endpoint configured, int portOffset) {
        return configured.port() == 0
                ? configured
                : configured.withPort(configured.port() + portOffset);
    }
}
