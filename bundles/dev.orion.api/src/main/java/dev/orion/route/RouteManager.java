// SPDX-License-Identifier: Apache-2.0
package dev.orion.route;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Owns the routes: which connection, call or datagram goes where.
 *
 * <p>A protocol asks for each new connection, call or flow, so a change of the configuration is for
 * the next one, and what is on its way stays there.
 *
 * <p><b>Threads:</b> any; one volatile read and a look-up, no lock.
 */
@ProviderType
public interface RouteManager {

    /**
     * The route of what arrives at a port.
     *
     * @param protocol as the listener's scheme says without regard to TLS: {@code tcp}
     * @param port that is really bound
     */
    Optional<Route> atPort(String protocol, int port);

    /**
     * The route of what is asked for at a path: the one of this very path, else the one with the
     * longest prefix.
     *
     * @param protocol {@code grpc}
     * @param path {@code /package.Service/Method}
     */
    Optional<Route> atPath(String protocol, String path);

    /** The routes now, by name. */
    List<RouteInfo> routes();
}
