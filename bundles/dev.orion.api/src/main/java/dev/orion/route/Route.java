// SPDX-License-Identifier: Apache-2.0
package dev.orion.route;

import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One configured route, which does not change: another configuration is another route.
 *
 * <p>Whoever sends something along it says so, so that the figures of {@link RouteInfo} are right.
 *
 * <p><b>Threads:</b> any.
 */
@ProviderType
public interface Route {

    /**
     * The last part of its configuration's name: {@code device} of {@code dev.orion.route~device}.
     */
    String name();

    /** What goes along it; a port is the one that is really bound. */
    Match match();

    Target target();

    /** What else is configured, for the protocol that serves it; defaults are not filled in. */
    Map<String, Object> settings();

    /** A connection, call or flow begins to go along it. */
    void began();

    /** One that has {@link #began} has ended, however. */
    void ended();

    /** One that has {@link #began} did not get where it was to go; it ends as well. */
    void failed();
}
