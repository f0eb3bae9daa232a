// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.configuration.ProposedConfiguration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ListenersCheckTest {

    private static final Path HOME = Path.of("target/no-home");

    private final List<String> faults = new ArrayList<>();

    @Test
    void findsNothingWrongWithFreePorts() {
        check(listener("a", "tcp://127.0.0.1:0"), listener("b", "mqtt://localhost:0"));

        assertThat(faults).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithAUri() {
        check(listener("a", "8080"), listener("b", "tcp://127.0.0.1:70000"));

        assertThat(faults)
                .containsExactly(
                        "a uri endpoint: 8080 (expected: scheme://host:port)",
                        "b uri port: 70000 (expected: 0 to 65535)");
    }

    @Test
    void refusesOtherThanLoopback() {
        check(listener("a", "http://192.0.2.1:8080"));

        assertThat(faults)
                .singleElement()
                .asString()
                .startsWith("a uri listener a: 192.0.2.1:8080 is not a loopback address");
    }

    @Test
    void findsTwoOnTheSameAddress() {
        new ListenersCheck(0, (any, forDatagrams) -> true, HOME)
                .check(
                        List.of(
                                listener("a", "tcp://127.0.0.1:7000"),
                                listener("b", "http://localhost:7000")));

        assertThat(faults)
                .containsExactly(
                        "b uri listener b: localhost:7000 is configured for listener a too");
    }

    @Test
    void findsAPortThatSomebodyElseHas() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String place = "127.0.0.1:" + other.getLocalPort();

            check(listener("web", "http://" + place));

            assertThat(faults).containsExactly("web uri listener web: " + place + " is in use");
        }
    }

    @Test
    void looksAtThePortThatIsMeant() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();

            new ListenersCheck(100, (address, forDatagrams) -> false, HOME)
                    .check(List.of(listener("web", "http://127.0.0.1:" + (port - 100))));

            assertThat(faults).singleElement().asString().endsWith(port + " is in use");
        }
    }

    @Test
    void leavesAPortAloneThatIsOurs() throws IOException {
        try (var ours = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = ours.getLocalPort();

            new ListenersCheck(0, (address, forDatagrams) -> address.getPort() == port, HOME)
                    .check(List.of(listener("web", "http://127.0.0.1:" + port)));

            assertThat(faults).isEmpty();
        }
    }

    @Test
    void looksAtTheManagersOwnKeys() {
        check(
                new Proposed(
                        "dev.orion.manager.network",
                        "",
                        Map.of("transport", "carrier-pigeon", "maxWait", "soon")));

        assertThat(faults)
                .containsExactly(
                        " transport transport: carrier-pigeon (expected: auto, epoll, io_uring or"
                                + " nio)",
                        " maxWait duration: soon (expected: a number and ms, s, m, h or d, as in"
                                + " 5s)");
    }

    @Test
    void findsWaterMarksTheWrongWayRound() {
        check(new Proposed("dev.orion.manager.network", "", Map.of("highWaterMarkBytes", 1000)));

        assertThat(faults)
                .containsExactly(
                        " highWaterMarkBytes lowWaterMarkBytes: 524288 (expected: <="
                                + " highWaterMarkBytes, 1000)");
    }

    @Test
    void refusesIssuersThatCannotBeReadAndNoTimeAtAll() {
        check(
                new Proposed(
                        "dev.orion.manager.network",
                        "",
                        Map.of("trust", "tls/none.pem", "connectTimeout", "0s")));

        assertThat(faults)
                .containsExactly(
                        " trust " + HOME.resolve("tls/none.pem") + " is not there",
                        " connectTimeout connectTimeout: PT0S (expected: > 0)");
    }

    private void check(Proposed... proposed) {
        new ListenersCheck(0, (address, forDatagrams) -> false, HOME)
                .check(Arrays.asList(proposed));
    }

    private Proposed listener(String name, String uri) {
        return new Proposed("dev.orion.listener", name, Map.of("uri", uri));
    }

    private final class Proposed implements ProposedConfiguration {

        private final String factoryPid;
        private final String name;
        private final Map<String, Object> values;

        Proposed(String factoryPid, String name, Map<String, Object> values) {
            this.factoryPid = factoryPid;
            this.name = name;
            this.values = values;
        }

        @Override
        public String factoryPid() {
            return factoryPid;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Map<String, Object> values() {
            return values;
        }

        @Override
        public void fault(String key, String message) {
            faults.add(name + " " + key + " " + message);
        }
    }
}
