// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.net.CloseReason;
import dev.orion.protocol.GoAway;
import dev.orion.testkit.LeakCheck;
import dev.orion.testkit.TestClients;
import dev.orion.testkit.TestConnection;
import dev.orion.testkit.TestConnector;
import dev.orion.testkit.TestRoutes;
import dev.orion.testkit.TestRoutes.TestRoute;
import dev.orion.testkit.TestServer;
import io.netty.channel.ChannelOutboundBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Real sockets: a client, the protocol between, and a server. */
@ExtendWith(LeakCheck.class)
class PassThroughTest {

    private static final int SECONDS = 10;
    private static final int MEGABYTE = 1 << 20;

    private final TestRoutes routes = new TestRoutes();
    private final TestConnector connector = new TestConnector();
    private final TestServer between =
            new TestServer(
                    "tcp",
                    new TcpProtocol(
                            new Echo(),
                            new TestClients(),
                            routes,
                            connector,
                            new TcpProtocol.Settings(1024, Duration.ofMillis(300)),
                            Duration.ofMillis(10)));
    private ServerSocket backEnd;
    private TestRoute route;

    @BeforeEach
    void listen() throws IOException {
        backEnd = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        backEnd.setSoTimeout(SECONDS * 1000);
        route = lead(backEnd.getLocalPort(), Map.of());
    }

    @AfterEach
    void stop() throws IOException {
        between.close();
        backEnd.close();
    }

    @Test
    void carriesBytesBothWays() throws Exception {
        try (Socket client = connect();
                Socket server = backEnd.accept()) {
            client.getOutputStream().write("ping".getBytes(US_ASCII));
            assertThat(server.getInputStream().readNBytes(4)).asString().isEqualTo("ping");
            server.getOutputStream().write("pong".getBytes(US_ASCII));
            assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("pong");

            assertThat(route.info().open()).isEqualTo(1);
        }
        await(() -> route.info().open() == 0);
        assertThat(route.info().total()).isEqualTo(1);
        assertThat(route.info().failed()).isZero();
    }

    @Test
    void livesOnTheEventLoopOfTheOtherSide() throws Exception {
        try (Socket client = connect();
                Socket server = backEnd.accept()) {
            server.getOutputStream().write(1);
            client.getInputStream().readNBytes(1);

            assertThat(connector.connections().element().channel().eventLoop())
                    .isSameAs(between.connections().element().channel().eventLoop());
        }
    }

    @Test
    void losesNothingWhenTheOneWhoSendsCloses() throws Exception {
        byte[] much = random(8 * MEGABYTE);
        try (Socket client = connect();
                Socket server = backEnd.accept()) {
            CompletableFuture<Void> sending =
                    CompletableFuture.runAsync(
                            () -> {
                                write(server, much);
                                close(server);
                            });

            assertThat(Arrays.equals(client.getInputStream().readAllBytes(), much)).isTrue();
            sending.join();
        }
        await(() -> route.info().open() == 0);
    }

    @Test
    void keepsTheOtherDirectionOpenWhenOneHasEnded() throws Exception {
        byte[] much = random(4 * MEGABYTE);
        try (Socket client = connect();
                Socket server = backEnd.accept()) {
            client.getOutputStream().write("all".getBytes(US_ASCII));
            client.shutdownOutput();
            assertThat(server.getInputStream().readAllBytes()).asString().isEqualTo("all");

            CompletableFuture<Void> answering =
                    CompletableFuture.runAsync(
                            () -> {
                                write(server, much);
                                close(server);
                            });
            assertThat(Arrays.equals(client.getInputStream().readAllBytes(), much)).isTrue();
            answering.join();
        }
    }

    @Test
    void halfClosesFromTheServersSide() throws Exception {
        try (Socket client = connect();
                Socket server = backEnd.accept()) {
            server.getOutputStream().write("bye".getBytes(US_ASCII));
            server.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("bye");

            client.getOutputStream().write("more".getBytes(US_ASCII));
            client.shutdownOutput();
            assertThat(server.getInputStream().readAllBytes()).asString().isEqualTo("more");
        }
    }

    @Test
    void carriesWhatCameWithTheEndBeforeTheServerWasReached() throws Exception {
        try (Socket client = connect()) {
            client.getOutputStream().write("early".getBytes(US_ASCII));
            client.shutdownOutput();

            try (Socket server = backEnd.accept()) {
                assertThat(server.getInputStream().readAllBytes()).asString().isEqualTo("early");
            }
        }
    }

    @Test
    void carriesAResetOn() throws Exception {
        try (Socket client = connect();
                Socket server = backEnd.accept()) {
            client.getOutputStream().write(1);
            assertThat(server.getInputStream().read()).isEqualTo(1);
            reset(client);

            assertThatThrownBy(() -> server.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        await(() -> route.info().open() == 0);
    }

    @Test
    void carriesAResetBack() throws Exception {
        try (Socket client = connect();
                Socket server = backEnd.accept()) {
            server.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            reset(server);

            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void readsNoMoreThanTheOtherSideTakes() throws Exception {
        byte[] much = random(64 * MEGABYTE);
        try (Socket client = connect();
                Socket server = backEnd.accept()) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> write(client, much));
            server.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            TestConnection outbound = connector.connections().element();
            await(() -> !outbound.channel().isWritable());
            await(() -> isSteady(outbound));

            assertThat(pending(outbound)).isLessThan(MEGABYTE);
            assertThat(sending).isNotDone();

            InputStream in = server.getInputStream();
            assertThat(Arrays.equals(in.readNBytes(much.length), much)).isTrue();
            sending.join();
        }
    }

    @Test
    void closesTheClientWhenTheServerCannotBeReached() throws Exception {
        backEnd.close();

        try (Socket client = connect()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(between.connections().element().whenClosed())
                .succeedsWithin(Duration.ofSeconds(SECONDS))
                .isEqualTo(PassThrough.UNREACHABLE);
        await(() -> route.info().open() == 0);
        assertThat(route.info().failed()).isEqualTo(1);
    }

    @Test
    void endsBothSidesWhenItIsToldToGo() throws Exception {
        try (Socket client = connect();
                Socket server = backEnd.accept()) {
            server.getOutputStream().write("last words".getBytes(US_ASCII));
            assertThat(client.getInputStream().read()).isEqualTo('l');
            between.connections()
                    .element()
                    .channel()
                    .pipeline()
                    .fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));

            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("ast words");
            assertThat(server.getInputStream().readAllBytes()).isEmpty();
        }
        assertThat(between.connections().element().whenClosed())
                .succeedsWithin(Duration.ofSeconds(SECONDS))
                .isEqualTo(CloseReason.SHUTDOWN);
    }

    @Test
    void endsWhenNothingPassesForTheIdleTimeout() throws Exception {
        routes.clear();
        lead(backEnd.getLocalPort(), Map.of("idleTimeout", "50ms"));
        try (Socket client = connect();
                Socket server = backEnd.accept()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(between.connections().element().whenClosed())
                .succeedsWithin(Duration.ofSeconds(SECONDS))
                .isEqualTo(PassThrough.IDLE);
    }

    @Test
    void servesTheClientProtocolWhereThereIsNoRoute() throws Exception {
        routes.clear();
        try (Socket client = connect()) {
            client.getOutputStream().write("{\"id\":1}\n".getBytes(US_ASCII));

            assertThat(client.getInputStream().readNBytes(9)).asString().isEqualTo("{\"id\":1}\n");
        }
    }

    private TestRoute lead(int port, Map<String, Object> settings) {
        return routes.add("tcp::" + between.port(), "tcp://127.0.0.1:" + port, settings);
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), between.port());
        socket.setSoTimeout(SECONDS * 1000);
        return socket;
    }

    private static long pending(TestConnection connection) {
        ChannelOutboundBuffer waiting = connection.channel().unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    /** Nothing is written or read while the event loop goes round a few times. */
    private static boolean isSteady(TestConnection connection) {
        long before = pending(connection);
        for (int i = 0; i < 20; i++) {
            connection.channel().eventLoop().submit(() -> {}).syncUninterruptibly();
        }
        return pending(connection) == before;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(42).nextBytes(bytes);
        return bytes;
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        close(socket);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not in time");
            }
            Thread.onSpinWait();
        }
    }
}
