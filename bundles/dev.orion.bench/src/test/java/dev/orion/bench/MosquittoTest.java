// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.orion.bench.Contender.Loops;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The loader's MQTT on a server that others wrote: nothing lost, nothing twice. */
class MosquittoTest {

    @TempDir static Path work;

    private static ServerProcess server;
    private static Loader loader;
    private static BackEnd backEnd;

    @BeforeAll
    static void start() {
        Path none = Path.of("none");
        backEnd = new BackEnd();
        var options =
                new Options(List.of("all"), 1, 1, 1, Map.of(), Optional.empty(), none, none, work);
        try {
            server =
                    new DebianContender("mosquitto", options, new BackEnds(backEnd, () -> 0))
                            .start(Loops.DEFAULT, Wire.Endpoint.MQTT);
        } catch (BenchException notInstalled) {
            abort(notInstalled.getMessage());
        }
        loader = new Loader();
    }

    @AfterAll
    static void stop() {
        backEnd.close();
        if (server != null) {
            loader.close();
            server.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void servesPairs(MqttWire wire) {
        try (var pairs = new Pairs(loader, wire, 4, 8)) {
            pairs.open(server.port());
            Measurement.of(pairs, server, 0.2);

            assertThat(pairs.done()).isGreaterThan(64);
        }
    }

    @Test
    void deliversOneMessageToEverySubscriberOnce() {
        try (var fanOut = new FanOut(loader, MqttWire.AT_MOST_ONCE, 7, 1)) {
            fanOut.open(server.port());

            assertThat(fanOut.done()).isEqualTo(7);
        }
    }

    @Test
    void servesManyPublishersOfOneTopic() {
        try (var fanIn = new FanIn(loader, MqttWire.AT_MOST_ONCE, 9)) {
            fanIn.open(server.port());
            Measurement.of(fanIn, server, 0.1);

            assertThat(fanIn.done()).isGreaterThan(18);
        }
    }

    @Test
    void refusesToMeasureAServerThatClosesConnections() {
        var clients = new Clients(loader, WebSocketWire.SHARED, server.port());

        assertThatThrownBy(() -> clients.open(List.of(clients.publisher(0))))
                .isInstanceOf(BenchException.class);
    }
}
