// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.bench.Contender.Loops;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loader's work on a bare server in a process of its own: nothing lost, nothing twice. */
class BareServerTest {

    @TempDir static Path work;

    private static ServerProcess server;
    private static Loader loader;
    private static BackEnd backEnd;

    @BeforeAll
    static void start() {
        var options =
                new Options(
                        List.of("all"),
                        1,
                        1,
                        1,
                        Map.of(),
                        Optional.of(Transport.NIO),
                        Path.of("none"),
                        Path.of("none"),
                        work);
        backEnd = new BackEnd();
        server =
                new BareContender(
                                "bare",
                                SslProvider.JDK,
                                options,
                                new Jvm(),
                                new BackEnds(backEnd, () -> 0))
                        .start(Loops.DEFAULT, Wire.Endpoint.WEB);
        loader = new Loader();
    }

    @AfterAll
    static void stop() {
        loader.close();
        backEnd.close();
        server.close();
    }

    @Test
    void deliversOneMessageToEverySubscriberOnce() {
        try (var fanOut = new FanOut(loader, WebSocketWire.SHARED, 7, 1)) {
            fanOut.open(server.port()); // publishes one, and waits for all

            assertThat(fanOut.done()).isEqualTo(7);
        }
    }

    @Test
    void losesNothingWhenItIsSaturated() {
        try (var fanOut = new FanOut(loader, WebSocketWire.SHARED, 5, 64)) {
            fanOut.open(server.port());
            Sample sample = Measurement.of(fanOut, server, 0.2); // ends with a drain

            assertThat(sample.cpuMicros()).isPositive();
            assertThat(fanOut.done() % 5).isZero();
        }
    }

    @Test
    void servesManyPairs() {
        try (var pairs = new Pairs(loader, WebSocketWire.SHARED, 6, 1)) {
            pairs.open(server.port());
            Measurement.of(pairs, server, 0.1);

            assertThat(pairs.done()).isGreaterThan(12);
        }
    }

    @Test
    void timesWhatIsSentAtARate() {
        try (var paced = new Paced(loader, WebSocketWire.SHARED, 1000)) {
            paced.open(server.port());
            Sample sample = Measurement.of(paced, server, 0.2);

            assertThat(sample.figure(0)).isPositive();
            assertThat(sample.figure(1)).isGreaterThanOrEqualTo(sample.figure(0));
        }
    }
}
