// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.HttpService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The HTTP services at one moment, indexed by path. Immutable.
 *
 * <p>A whole path comes before a prefix, a longer prefix before a shorter one. Among services that
 * fit alike the higher {@code service.ranking} wins, then the newer one, so that a new version of a
 * plug-in takes over while the old one ends.
 */
final class Routes {

    private final List<Map.Entry<Map<String, Object>, HttpService>> source;
    private final Map<String, List<Route>> exact = new HashMap<>();
    private final Map<String, List<Route>> below = new HashMap<>(); // without the last slash

    Routes(List<Map.Entry<Map<String, Object>, HttpService>> source) {
        this.source = source;
        for (Map.Entry<Map<String, Object>, HttpService> service : source) {
            Route route = Route.of(service.getKey(), service.getValue());
            for (String path : words(service.getKey().get("http.path"))) {
                add(path, route);
            }
        }
        exact.values().forEach(routes -> routes.sort(Route.BEST_FIRST));
        below.values().forEach(routes -> routes.sort(Route.BEST_FIRST));
    }

    /** Whether this is the index of the very list {@code services}. */
    boolean indexes(List<Map.Entry<Map<String, Object>, HttpService>> services) {
        return source == services;
    }

    /**
     * Finds who answers.
     *
     * @param offers the protocols that the request offers to be upgraded to, in lower case
     * @param areas those that the listener serves; what belongs to another one is not there
     */
    Match find(String path, String method, Set<String> offers, Set<String> areas) {
        List<Route> routes = at(path, areas);
        Route plain = null;
        for (Route route : routes) {
            if (route.upgrade.isEmpty()) {
                plain = plain == null && route.knows(method) ? route : plain;
            } else if (offers.contains(route.upgrade) && route.upgrades(method)) {
                return new Serve(route.service, route.compressed);
            }
        }
        return plain == null ? nobody(routes, offers) : new Serve(plain.service, plain.compressed);
    }

    /** Why nobody answers. */
    private static Match nobody(List<Route> routes, Set<String> offers) {
        var allowed = new TreeSet<String>();
        String upgrade = "";
        for (Route route : routes) {
            if (route.upgrade.isEmpty() || offers.contains(route.upgrade)) {
                route.addMethods(allowed);
            } else {
                upgrade = route.upgrade;
            }
        }
        if (!allowed.isEmpty()) {
            return new WrongMethod(String.join(", ", allowed));
        }
        return upgrade.isEmpty() ? new Nobody() : new NeedsUpgrade(upgrade);
    }

    private List<Route> at(String path, Set<String> areas) {
        List<Route> routes = within(exact.get(path), areas);
        int end = path.length();
        while (routes.isEmpty() && end >= 0) {
            routes = within(below.get(path.substring(0, end)), areas);
            end = path.lastIndexOf('/', end - 1);
        }
        return routes;
    }

    /** Those of some areas; the list itself where that is all of them. */
    private static List<Route> within(List<Route> routes, Set<String> areas) {
        if (routes == null) {
            return List.of();
        }
        for (Route route : routes) {
            if (!areas.contains(route.area)) {
                return routes.stream().filter(other -> areas.contains(other.area)).toList();
            }
        }
        return routes;
    }

    private void add(String path, Route route) {
        if (path.endsWith("/*")) {
            below.computeIfAbsent(path.substring(0, path.length() - 2), none -> new ArrayList<>())
                    .add(route);
        } else {
            exact.computeIfAbsent(path, none -> new ArrayList<>()).add(route);
        }
    }

    /** A service property that may be one word or several. */
    private static List<String> words(Object property) {
        if (property instanceof String[] words) {
            return Arrays.asList(words);
        }
        if (property instanceof Collection<?> words) {
            return words.stream().map(String::valueOf).toList();
        }
        return property == null ? List.of() : List.of(property.toString());
    }

    /** What was found. */
    sealed interface Match {}

    /** Somebody answers, perhaps compressed. */
    record Serve(HttpService service, boolean compressed) implements Match {}

    /** The path is known, the method is not. */
    record WrongMethod(String allowed) implements Match {}

    /** The path is known only to those who ask to be upgraded. */
    record NeedsUpgrade(String protocol) implements Match {}

    /** The path is not known. */
    record Nobody() implements Match {}

    private record Route(
            Set<String> methods,
            String upgrade,
            String area,
            boolean compressed,
            int ranking,
            long id,
            HttpService service) {

        static final Comparator<Route> BEST_FIRST =
                Comparator.comparingInt(Route::ranking).thenComparingLong(Route::id).reversed();

        static Route of(Map<String, Object> properties, HttpService service) {
            List<String> methods = words(properties.get("http.methods"));
            return new Route(
                    methods.isEmpty() ? Set.of("GET") : Set.copyOf(methods),
                    properties.get("http.upgrade") instanceof String protocol ? protocol : "",
                    properties.get("http.area") instanceof String area ? area : "public",
                    Boolean.TRUE.equals(properties.get("http.compressed")),
                    properties.get("service.ranking") instanceof Integer ranking ? ranking : 0,
                    properties.get("service.id") instanceof Long id ? id : 0,
                    service);
        }

        /** Who answers GET answers HEAD (RFC 9110 §9.1). */
        boolean knows(String method) {
            return methods.contains(method) || (method.equals("HEAD") && methods.contains("GET"));
        }

        /** RFC 8441 §5: an extended CONNECT is to a WebSocket what GET is in HTTP/1.1. */
        boolean upgrades(String method) {
            return knows(method.equals("CONNECT") ? "GET" : method);
        }

        void addMethods(Set<String> allowed) {
            allowed.addAll(methods);
            allowed.add("OPTIONS");
            if (methods.contains("GET")) {
                allowed.add("HEAD");
            }
        }
    }
}
