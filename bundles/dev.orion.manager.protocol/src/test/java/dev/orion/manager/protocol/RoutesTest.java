// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.route.Match;
import dev.orion.route.Route;
import dev.orion.route.RouteInfo;
import dev.orion.route.Target;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoutesTest {

    private final Routes routes = new Routes(0);

    @Test
    void findsPortsOfTheirProtocol() {
        put("a", "tcp::7100", "tcp://h:1");
        put("b", "udp::7100", "udp://h:2");

        assertThat(name(routes.atPort("tcp", 7100))).isEqualTo("a");
        assertThat(name(routes.atPort("udp", 7100))).isEqualTo("b");
        assertThat(routes.atPort("tcp", 7101)).isEmpty();
        assertThat(routes.atPort("mqtt", 7100)).isEmpty();
    }

    @Test
    void addsTheOffsetToPorts() {
        var shifted = new Routes(20_000);
        shifted.put("a", Match.parse("tcp::7100"), Target.parse("tcp://h:1"), Map.of());

        assertThat(name(shifted.atPort("tcp", 27_100))).isEqualTo("a");
        assertThat(shifted.atPort("tcp", 7100)).isEmpty();
        assertThat(shifted.routes().get(0).match()).hasToString("tcp::27100");
    }

    @Test
    void prefersTheVeryPathAndThenTheLongestPrefix() {
        put("all", "grpc:/*", "grpc://h:1");
        put("orders", "grpc:/shop.Orders/*", "grpc://h:2");
        put("place", "grpc:/shop.Orders/Place", "grpc://h:3");

        assertThat(name(routes.atPath("grpc", "/shop.Orders/Place"))).isEqualTo("place");
        assertThat(name(routes.atPath("grpc", "/shop.Orders/Cancel"))).isEqualTo("orders");
        assertThat(name(routes.atPath("grpc", "/shop.Orders/"))).isEqualTo("orders");
        assertThat(name(routes.atPath("grpc", "/shop.OrdersToo/Place"))).isEqualTo("all");
        assertThat(name(routes.atPath("grpc", "/shop.Orders"))).isEqualTo("all");
        assertThat(routes.atPath("grpc", "")).isEmpty();
        assertThat(routes.atPath("http", "/shop.Orders/Place")).isEmpty();
    }

    @Test
    void aPrefixWithoutTheStarIsNoRouteOfItsOwn() {
        put("orders", "grpc:/shop.Orders/*", "grpc://h:2");

        assertThat(routes.atPath("grpc", "/shop.Orders")).isEmpty();
    }

    @Test
    void anotherConfigurationIsForTheNextOne() {
        put("a", "tcp::7100", "tcp://h:1");
        Route before = routes.atPort("tcp", 7100).orElseThrow();
        put("a", "tcp::7100", "tcp://h:2");

        assertThat(before.target()).hasToString("tcp://h:1");
        assertThat(routes.atPort("tcp", 7100).orElseThrow().target()).hasToString("tcp://h:2");
        routes.remove("a");
        assertThat(routes.atPort("tcp", 7100)).isEmpty();
    }

    @Test
    void countsUnderTheName() {
        put("a", "tcp::7100", "tcp://h:1");
        Route route = routes.atPort("tcp", 7100).orElseThrow();
        route.began();
        route.began();
        route.failed();
        route.ended();
        put("a", "tcp::7100", "tcp://h:2");

        assertThat(routes.routes())
                .containsExactly(
                        new RouteInfo(
                                "a", Match.parse("tcp::7100"), Target.parse("tcp://h:2"), 1, 2, 1));
        route.ended();
        assertThat(routes.routes().get(0).open()).isZero();
    }

    @Test
    void keepsWhatElseIsConfigured() {
        routes.put(
                "a",
                Match.parse("tcp::7100"),
                Target.parse("channel:up"),
                Map.of("framing", "length-prefix"));

        assertThat(routes.atPort("tcp", 7100).orElseThrow().settings())
                .containsOnly(Map.entry("framing", "length-prefix"));
    }

    private void put(String name, String match, String target) {
        routes.put(name, Match.parse(match), Target.parse(target), Map.of());
    }

    private static String name(Optional<Route> found) {
        return found.map(Route::name).orElse("none");
    }
}
