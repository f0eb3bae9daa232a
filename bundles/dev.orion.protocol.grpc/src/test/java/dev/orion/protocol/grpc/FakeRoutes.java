// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.route.Match;
import dev.orion.route.Route;
import dev.orion.route.RouteInfo;
import dev.orion.route.RouteManager;
import dev.orion.route.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** One route for all calls, or none. */
final class FakeRoutes implements RouteManager {

    volatile Optional<String> to = Optional.empty();
    final AtomicInteger began = new AtomicInteger();
    final AtomicInteger ended = new AtomicInteger();
    final AtomicInteger failed = new AtomicInteger();

    @Override
    public Optional<Route> atPort(String protocol, int port) {
        return Optional.empty();
    }

    @Override
    public Optional<Route> atPath(String protocol, String path) {
        return to.map(One::new);
    }

    @Override
    public List<RouteInfo> routes() {
        return List.of();
    }

    private final class One implements Route {

        private final Target target;

        One(String to) {
            this.target = Target.parse(to);
        }

        @Override
        public String name() {
            return "one";
        }

        @Override
        public Match match() {
            return new Match.AtPath("grpc", "/*");
        }

        @Override
        public Target target() {
            return target;
        }

        @Override
        public Map<String, Object> settings() {
            return Map.of();
        }

        @Override
        public void began() {
            began.incrementAndGet();
        }

        @Override
        public void ended() {
            ended.incrementAndGet();
        }

        @Override
        public void failed() {
            failed.incrementAndGet();
        }
    }
}
