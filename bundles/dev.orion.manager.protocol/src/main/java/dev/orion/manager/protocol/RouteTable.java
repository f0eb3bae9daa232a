// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import dev.orion.route.Match;
import dev.orion.route.Match.AtPath;
import dev.orion.route.Match.AtPort;
import dev.orion.route.Route;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The routes at one moment, ready to be looked up.
 *
 * <p>Of two with the same match, which the check refuses, the one whose name is first counts.
 */
final class RouteTable {

    static final RouteTable EMPTY = new RouteTable(List.of());

    private final List<ConfiguredRoute> all;
    private final Map<String, Ports> ports;
    private final Map<String, Paths> paths;

    RouteTable(Collection<ConfiguredRoute> routes) {
        all = routes.stream().sorted(Comparator.comparing(ConfiguredRoute::name)).toList();
        Map<String, Map<Integer, Route>> atPorts = new HashMap<>();
        Map<String, Map<String, Route>> atPaths = new HashMap<>();
        for (ConfiguredRoute route : all) {
            Match match = route.match();
            if (match instanceof AtPort at) {
                atPorts.computeIfAbsent(at.protocol(), any -> new HashMap<>())
                        .putIfAbsent(at.port(), route);
            } else if (match instanceof AtPath at) {
                atPaths.computeIfAbsent(at.protocol(), any -> new HashMap<>())
                        .putIfAbsent(at.path(), route);
            }
        }
        var byPort = new HashMap<String, Ports>();
        atPorts.forEach((protocol, routesOf) -> byPort.put(protocol, Ports.of(routesOf)));
        var byPath = new HashMap<String, Paths>();
        atPaths.forEach((protocol, routesOf) -> byPath.put(protocol, new Paths(routesOf)));
        this.ports = Map.copyOf(byPort);
        this.paths = Map.copyOf(byPath);
    }

    List<ConfiguredRoute> all() {
        return all;
    }

    Optional<Route> atPort(String protocol, int port) {
        Ports known = ports.get(protocol);
        return known == null ? Optional.empty() : known.at(port);
    }

    Optional<Route> atPath(String protocol, String path) {
        Paths known = paths.get(protocol);
        return known == null ? Optional.empty() : known.at(path);
    }

    /** Routes by port, found without making an object for the port. */
    private static final class Ports {

        private final int[] numbers;
        private final List<Optional<Route>> routes;

        private Ports(int[] numbers, List<Optional<Route>> routes) {
            this.numbers = numbers;
            this.routes = routes;
        }

        static Ports of(Map<Integer, Route> routes) {
            int[] numbers = routes.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
            return new Ports(
                    numbers,
                    Arrays.stream(numbers)
                            .mapToObj(number -> Optional.of(routes.get(number)))
                            .toList());
        }

        Optional<Route> at(int port) {
            int place = Arrays.binarySearch(numbers, port);
            return place < 0 ? Optional.empty() : routes.get(place);
        }
    }

    /**
     * Routes by path.
     *
     * <p>Only prefixes of the lengths that there are are tried, the longest first, so a path of
     * many parts costs no more than one of few.
     */
    private static final class Paths {

        private final Map<String, Optional<Route>> exact = new HashMap<>();
        private final Map<String, Optional<Route>> prefixes = new HashMap<>();
        private final int[] lengths;

        private Paths(Map<String, Route> routes) {
            routes.forEach(
                    (path, route) -> {
                        var match = (AtPath) route.match();
                        (match.isPrefix() ? prefixes : exact)
                                .put(match.prefix(), Optional.of(route));
                    });
            this.lengths =
                    prefixes.keySet().stream()
                            .map(String::length)
                            .distinct()
                            .sorted(Comparator.reverseOrder())
                            .mapToInt(Integer::intValue)
                            .toArray();
        }

        Optional<Route> at(String path) {
            Optional<Route> found = exact.get(path);
            if (found != null) {
                return found;
            }
            for (int length : lengths) {
                if (length <= path.length() && path.charAt(length - 1) == '/') {
                    found = prefixes.get(path.substring(0, length));
                    if (found != null) {
                        return found;
                    }
                }
            }
            return Optional.empty();
        }
    }
}
