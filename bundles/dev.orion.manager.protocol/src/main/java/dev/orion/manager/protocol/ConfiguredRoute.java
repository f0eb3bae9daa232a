// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import static java.util.Objects.requireNonNull;

import dev.orion.route.Match;
import dev.orion.route.Route;
import dev.orion.route.RouteInfo;
import dev.orion.route.Target;
import java.util.Map;

/** A route as its configuration says, and the figures of all that had its name. */
record ConfiguredRoute(
        String name, Match match, Target target, Map<String, Object> settings, RouteCounts counts)
        implements Route {

    ConfiguredRoute {
        requireNonNull(name, "name");
        requireNonNull(match, "match");
        requireNonNull(target, "target");
        settings = Map.copyOf(settings);
        requireNonNull(counts, "counts");
    }

    @Override
    public void began() {
        counts.begun().increment();
    }

    @Override
    public void ended() {
        counts.ended().increment();
    }

    @Override
    public void failed() {
        counts.failed().increment();
    }

    RouteInfo info() {
        long ended = counts.ended().sum(); // first, so that never more have ended than begun
        long begun = counts.begun().sum();
        return new RouteInfo(name, match, target, begun - ended, begun, counts.failed().sum());
    }
}
