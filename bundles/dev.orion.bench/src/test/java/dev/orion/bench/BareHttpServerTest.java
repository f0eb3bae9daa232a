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

/** The loader's HTTP on bare servers in processes of their own: nothing lost, nothing twice. */
class BareHttpServerTest {

    private static final int WARM_UP = 200;

    @TempDir static Path work;

    private static BackEnd backEnd;
    private static Loader loader;
    private static ServerProcess http1;
    private static ServerProcess http2;

    @BeforeAll
    static void start() {
        Path none = Path.of("none");
        var options =
                new Options(
                        List.of("all"),
                        1,
                        1,
                        1,
                        Map.of(),
                        Optional.of(Transport.NIO),
                        none,
                        none,
                        work);
        backEnd = new BackEnd();
        loader = new Loader();
        var bare =
                new BareContender(
                        "bare",
                        SslProvider.JDK,
                        options,
                        new Jvm(),
                        new BackEnds(backEnd, () -> 0));
        http1 = bare.start(Loops.DEFAULT, Wire.Endpoint.HTTP1);
        http2 = bare.start(Loops.DEFAULT, Wire.Endpoint.HTTP2);
    }

    @AfterAll
    static void stop() {
        loader.close();
        backEnd.close();
        http1.close();
        http2.close();
    }

    @Test
    void echoesOneRequestAfterTheOther() {
        measure(http1, (done, lost) -> new Http1Echo(1, 128, done, lost));
    }

    @Test
    void echoesRequestsThatDoNotWait() {
        measure(http1, (done, lost) -> new Http1Echo(16, 300, done, lost));
    }

    @Test
    void echoesMessagesOfWebSockets() {
        measure(http1, (done, lost) -> new Http1WebSocket(4, done, lost));
    }

    @Test
    void echoesRequestsOnStreams() {
        measure(http2, (done, lost) -> new Http2Echo(32, 128, done, lost));
    }

    @Test
    void echoesBodiesThatFillTheWindow() {
        measure(http2, (done, lost) -> new Http2Echo(8, 16_384, done, lost));
    }

    @Test
    void echoesMessagesOfWebSocketsOnStreams() {
        measure(http2, (done, lost) -> new Http2WebSockets(7, done, lost));
    }

    /** Every measurement ends when all that was asked is answered. */
    private static void measure(ServerProcess server, EchoWork.Maker client) {
        try (var echo = new EchoWork(loader, 3, WARM_UP, client)) {
            echo.open(server.port());
            assertThat(echo.done()).isGreaterThanOrEqualTo(WARM_UP);
            Sample sample = Measurement.of(echo, server, 0.1);

            assertThat(sample.cpuMicros()).isPositive();
            assertThat(sample.figure(0)).isPositive();
            assertThat(echo.lost()).isNotDone();
        }
    }
}
