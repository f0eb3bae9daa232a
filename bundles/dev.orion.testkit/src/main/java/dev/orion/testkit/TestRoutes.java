// SPDX-License-Identifier: Apache-2.0
package dev.orion.testkit;

import dev.orion.route.Match;
import dev.orion.route.Match.AtPath;
import dev.orion.route.Match.AtPort;
import dev.orion.route.Route;
import dev.orion.route.RouteInfo;
import dev.orion.route.RouteManager;
import dev.orion.route.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Routes that a test puts in, and what was counted of them.
 *
 * <p><b>Threads:</b> any.
 */
public final class TestRoutes implements RouteManager {

    private final List<TestRoute> routes = new CopyOnWriteArrayList<>();

    /** Adds a route that is called by its match. */
    public TestRoute add(String match, String to, Map<String, Object> settings) {
        var route =
                new TestRoute(
                        Match.parse(match),
                        Target.parse(to),
                        Map.copyOf(settings),
                        new AtomicInteger(),
                        new AtomicInteger(),
                        new AtomicInteger());
        routes.add(route);
        return route;
    }

    /** Takes all routes away. */
    public void clear() {
        routes.clear();
    }

    @Override
    public Optional<Route> atPort(String protocol, int port) {
        return routes.stream()
                .filter(
                        route ->
                                route.match() instanceof AtPort at
                                        && at.protocol().equals(protocol)
                                        && at.port() == port)
                .map(Route.class::cast)
                .findFirst();
    }

    @Override
    public Optional<Route> atPath(String protocol, String path) {
        return routes.stream()
                .filter(
                        route ->
                                route.match() instanceof AtPath at
                                        && at.protocol().equals(protocol)
                                        && (at.isPrefix()
                                                ? path.startsWith(at.prefix())
                                                : path.equals(at.path())))
                .map(Route.class::cast)
                .findFirst();
    }

    @Override
    public List<RouteInfo> routes() {
        return routes.stream().map(TestRoute::info).toList();
    }

    /** A route that counts. */
    public record TestRoute(
            Match match,
            Target target,
            Map<String, Object> settings,
            AtomicInteger beginnings,
            AtomicInteger endings,
            AtomicInteger failures)
            implements Route {

        @Override
        public String name() {
            return match.toString();
        }

        @Override
        public void began() {
            beginnings.incrementAndGet();
        }

        @Override
        public void ended() {
            endings.incrementAndGet();
        }

        @Override
        public void failed() {
            failures.incrementAndGet();
        }

        /** What was counted. */
        public RouteInfo info() {
            return new RouteInfo(
                    name(),
                    match,
                    target,
                    beginnings.get() - endings.get(),
                    beginnings.get(),
                    failures.get());
        }
    }
}
