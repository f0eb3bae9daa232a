// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import dev.orion.configuration.ConfigurationCheck;
import dev.orion.configuration.ProposedConfiguration;
import dev.orion.net.Endpoint;
import dev.orion.route.Match;
import dev.orion.route.Match.AtPort;
import dev.orion.route.Target;
import dev.orion.route.Target.ToChannel;
import dev.orion.route.Target.ToEndpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.osgi.service.component.annotations.Component;

/** Finds what is wrong with proposed routes, each and together. */
@Component
public final class RoutesCheck implements ConfigurationCheck {

    private static final String LISTENER = "dev.orion.listener";

    /** What those that serve a protocol can do with what arrives. */
    private static final Map<String, Kind> KINDS =
            Map.of(
                    "tcp", new Kind(true, Set.of("tcp", "tcps"), true),
                    "udp", new Kind(true, Set.of("udp"), true),
                    "grpc", new Kind(false, Set.of("grpc", "grpcs"), false));

    @Override
    public void check(List<? extends ProposedConfiguration> proposed) {
        Map<Match, String> taken = new HashMap<>();
        for (ProposedConfiguration one : proposed) {
            if (one.factoryPid().equals(RouteComponent.PID)) {
                check(one, proposed, taken);
            }
        }
    }

    private static void check(
            ProposedConfiguration route,
            List<? extends ProposedConfiguration> all,
            Map<Match, String> taken) {
        Optional<Match> match = read(route, RouteComponent.MATCH, RoutesCheck::match);
        Optional<Target> target = read(route, RouteComponent.TO, RoutesCheck::target);
        match.ifPresent(
                now -> {
                    String other = taken.putIfAbsent(now, route.name());
                    if (other != null) {
                        route.fault(RouteComponent.MATCH, now + " is route " + other + "'s too");
                    }
                });
        if (match.isPresent() && match.get() instanceof AtPort at) {
            checkListener(route, at, all);
        }
        if (match.isPresent() && target.isPresent()) {
            attempt(route, RouteComponent.TO, () -> checkKind(match.get(), target.get()));
        }
    }

    private static Match match(String text) {
        if (text.startsWith("http:") || text.startsWith("channel:")) {
            throw new IllegalArgumentException(
                    text + " comes later (expected: tcp::port, udp::port or grpc:/path)");
        }
        Match match = Match.parse(text);
        Kind kind = KINDS.get(match.protocol());
        if (kind == null || kind.byPort() != match instanceof AtPort) {
            throw new IllegalArgumentException(
                    "match: " + text + " (expected: tcp::port, udp::port or grpc:/path)");
        }
        return match;
    }

    private static Target target(String text) {
        for (String later : List.of("service:", "http:", "https:", "mqtt:", "mqtts:")) {
            if (text.startsWith(later)) {
                throw new IllegalArgumentException(
                        text
                                + " comes later (expected: tcp, tcps, udp, grpc or grpcs"
                                + "://host:port, or channel:NAME)");
            }
        }
        return Target.parse(text);
    }

    private static void checkKind(Match match, Target target) {
        Kind kind = KINDS.get(match.protocol());
        boolean can =
                target instanceof ToChannel
                        ? kind.channels()
                        : kind.schemes().contains(((ToEndpoint) target).endpoint().scheme());
        if (!can) {
            throw new IllegalArgumentException(
                    target + " cannot be reached from " + match + " (expected: " + kind + ")");
        }
    }

    /** A name that leads nowhere: nothing can arrive at a port without a listener. */
    private static void checkListener(
            ProposedConfiguration route, AtPort at, List<? extends ProposedConfiguration> all) {
        List<Endpoint> listeners = new ArrayList<>();
        for (ProposedConfiguration one : all) {
            if (one.factoryPid().equals(LISTENER)) {
                Optional<Endpoint> endpoint = endpoint(one);
                if (endpoint.isEmpty()) {
                    return; // which one it would be is not known; its own fault is told
                }
                listeners.add(endpoint.get());
            }
        }
        Optional<Endpoint> own =
                listeners.stream()
                        .filter(one -> one.port() == at.port())
                        .filter(one -> one.protocol().equals(at.protocol()))
                        .findFirst();
        if (own.isEmpty()) {
            route.fault(
                    RouteComponent.MATCH,
                    at + ": no listener is there (expected: one with uri " + example(at) + ")");
        }
    }

    private static String example(AtPort at) {
        return at.protocol() + "://127.0.0.1:" + at.port();
    }

    private static Optional<Endpoint> endpoint(ProposedConfiguration listener) {
        try {
            return listener.values().get("uri") instanceof String uri
                    ? Optional.of(Endpoint.parse(uri))
                    : Optional.empty();
        } catch (IllegalArgumentException told) {
            return Optional.empty();
        }
    }

    private static <T> Optional<T> read(
            ProposedConfiguration route, String key, Function<String, T> reader) {
        if (!(route.values().get(key) instanceof String text)) {
            return Optional.empty(); // whoever checks keys and types has said so
        }
        try {
            return Optional.of(reader.apply(text));
        } catch (IllegalArgumentException wrong) {
            route.fault(key, wrong.getMessage());
            return Optional.empty();
        }
    }

    private static void attempt(ProposedConfiguration route, String key, Runnable reading) {
        try {
            reading.run();
        } catch (IllegalArgumentException wrong) {
            route.fault(key, wrong.getMessage());
        }
    }

    /**
     * What can be done with what arrives by a protocol.
     *
     * @param byPort whether matches are ports; else paths
     * @param schemes of the endpoints that it can be sent to
     * @param channels whether it can become messages
     */
    private record Kind(boolean byPort, Set<String> schemes, boolean channels) {

        @Override
        public String toString() {
            String endpoints = String.join(" or ", schemes.stream().sorted().toList());
            return endpoints + "://host:port" + (channels ? ", or channel:NAME" : "");
        }
    }
}
