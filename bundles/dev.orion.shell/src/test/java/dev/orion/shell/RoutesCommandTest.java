// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.route.Match;
import dev.orion.route.Route;
import dev.orion.route.RouteInfo;
import dev.orion.route.RouteManager;
import dev.orion.route.Target;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoutesCommandTest {

    private final RoutesCommand command = new RoutesCommand();
    private final Shell shell = new Shell().with(command);

    @Test
    void listsRoutes() {
        command.routes = new TwoRoutes();

        assertThat(shell.run("routes"))
                .isEqualTo(
                        """
                        NAME    MATCH             TO                    OPEN  TOTAL  FAILED
                        db      tcp::7100         tcp://127.0.0.1:5432     2    314       1
                        orders  grpc:/a.Orders/*  grpc://10.0.0.7:9090     0      0       0
                        """);
    }

    @Test
    void listsRoutesAsJson() {
        command.routes = new TwoRoutes();

        assertThat(shell.run("routes --json"))
                .startsWith(
                        "[{\"name\":\"db\",\"match\":\"tcp::7100\",\"to\":\"tcp://127.0.0.1:5432\","
                                + "\"open\":2,\"total\":314,\"failed\":1},");
    }

    @Test
    void saysThatTheManagerIsNotThere() {
        assertThatThrownBy(() -> shell.run("routes"))
                .hasMessage("protocol manager: not available (expected: its bundle to be active)");
    }

    private static final class TwoRoutes implements RouteManager {

        @Override
        public Optional<Route> atPort(String protocol, int port) {
            return Optional.empty();
        }

        @Override
        public Optional<Route> atPath(String protocol, String path) {
            return Optional.empty();
        }

        @Override
        public List<RouteInfo> routes() {
            return List.of(
                    new RouteInfo(
                            "db",
                            Match.parse("tcp::7100"),
                            Target.parse("tcp://127.0.0.1:5432"),
                            2,
                            314,
                            1),
                    new RouteInfo(
                            "orders",
                            Match.parse("grpc:/a.Orders/*"),
                            Target.parse("grpc://10.0.0.7:9090"),
                            0,
                            0,
                            0));
        }
    }
}
