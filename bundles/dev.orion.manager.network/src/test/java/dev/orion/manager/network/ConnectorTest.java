// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.net.CloseReason;
import dev.orion.net.ConnectionInfo;
import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Reading;
import dev.orion.protocol.UnreachableException;
import dev.orion.testkit.LeakCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
class ConnectorTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir Path home;

    private final EchoManager echo = new EchoManager("tcp");
    private final CountDownLatch testEnds = new CountDownLatch(1);
    private Running running;
    private EventLoop loop;

    @AfterEach
    void stop() {
        testEnds.countDown();
        running.close();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void opensConnectionsOnTheLoopThatIsWanted(Transport transport) throws Exception {
        start(Running.settings(transport));
        int port = listen();
        var answers = new Answers();

        Connection connection = connect("tcp://127.0.0.1:" + port, answers);

        assertThat(connection.channel().eventLoop()).isSameAs(loop);
        assertThat(connection.protocol()).isEqualTo("tcp");
        assertThat(connection.listener()).isEmpty();
        resume(connection);
        assertThat(answers.next()).isEqualTo("active");
        assertThat(answers.next()).isEqualTo("tcp\n");
        assertThat(answers.ask(connection, "hello\n")).isEqualTo("hello\n");
    }

    @Test
    void readsNothingUntilItIsWanted() throws Exception {
        start(Running.settings(Transport.choose("auto")));
        int port = listen();
        var answers = new Answers();

        Connection connection = connect("tcp://127.0.0.1:" + port, answers);

        assertThat(answers.next()).isEqualTo("active");
        assertThat(Reading.isPaused(connection.channel())).isTrue();
        assertThat(answers.received).isEmpty();
        resume(connection);
        assertThat(answers.next()).isEqualTo("tcp\n");
    }

    @Test
    void showsThemAmongTheConnections() throws Exception {
        start(Running.settings(Transport.choose("auto")));
        int port = listen();

        Connection connection = connect("tcp://localhost:" + port, new Answers());

        List<ConnectionInfo> outbound =
                running.manager.connections().stream()
                        .filter(one -> one.listener().isEmpty())
                        .toList();
        assertThat(outbound).hasSize(1);
        assertThat(outbound.get(0).id()).isEqualTo(connection.id());
        assertThat(outbound.get(0).endpoint()).hasToString("tcp://localhost:" + port);
        assertThat(outbound.get(0).remote()).isEqualTo("127.0.0.1:" + port);
        assertThat(running.manager.close(connection.id(), CloseReason.FORCE_DISCONNECT)).isTrue();
        Running.await(() -> running.manager.connections().isEmpty());
    }

    @Test
    void endsThemWithTheManager() throws Exception {
        start(Running.settings(Transport.choose("auto")));
        Connection connection = connect("tcp://127.0.0.1:" + listen(), new Answers());

        running.manager.drain(SHORT).toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();

        assertThat(connection.channel().isOpen()).isFalse();
        assertThatThrownBy(() -> connect("tcp://127.0.0.1:1", new Answers()))
                .hasRootCauseMessage("tcp://127.0.0.1:1: the process is about to end");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void saysThatNobodyListens(Transport transport) throws Exception {
        start(Running.settings(transport));
        int port = freePort();

        assertThatThrownBy(() -> connect("tcp://127.0.0.1:" + port, new Answers()))
                .hasRootCauseInstanceOf(UnreachableException.class)
                .hasRootCauseMessage("tcp://127.0.0.1:" + port + ": connection refused");
        assertThat(running.manager.connections()).isEmpty();
    }

    @Test
    void saysThatANameIsNotKnown() throws Exception {
        start(
                Running.settings(Transport.choose("auto")),
                host -> {
                    throw new UnknownHostException(host);
                });

        assertThatThrownBy(() -> connect("tcp://nowhere.example:80", new Answers()))
                .hasRootCauseMessage("tcp://nowhere.example:80: the name is not known");
    }

    @Test
    void triesOneAddressAfterAnother() throws Exception {
        start(
                Running.settings(Transport.choose("auto")),
                host ->
                        new InetAddress[] {
                            InetAddress.getByAddress(new byte[] {127, 0, 0, 3}),
                            InetAddress.getLoopbackAddress()
                        });
        int port = listen();

        Connection connection = connect("tcp://two.example:" + port, new Answers());

        var reached = (InetSocketAddress) connection.channel().remoteAddress();
        assertThat(reached.getAddress()).isEqualTo(InetAddress.getLoopbackAddress());
    }

    @Test
    void givesUpAfterTheTimeout() throws Exception {
        var soon = new OutboundSettings(SHORT, LONG, Optional.empty());
        start(
                Running.with(Running.settings(Transport.choose("auto")), soon),
                host -> {
                    awaitEnd();
                    throw new UnknownHostException(host);
                });

        assertThatThrownBy(() -> connect("tcp://slow.example:80", new Answers()))
                .hasRootCauseMessage("tcp://slow.example:80: timed out");
    }

    @Test
    void opensNothingForWhoHasCancelled() throws Exception {
        var looking = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        start(
                Running.settings(Transport.choose("auto")),
                host -> {
                    looking.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException stop) {
                        Thread.currentThread().interrupt();
                    }
                    return new InetAddress[] {InetAddress.getLoopbackAddress()};
                });
        int port = listen();
        var answers = new Answers();
        Future<Connection> opening = begin("tcp://some.example:" + port, answers);
        looking.await();

        assertThat(opening.cancel(false)).isTrue();
        goOn.countDown();

        connect("tcp://127.0.0.1:" + port, new Answers()); // whatever was to happen has happened
        assertThat(answers.received).isEmpty();
        Running.await(() -> echo.served.size() == 1);
    }

    @Test
    void speaksTlsWithWhomItTrusts() throws Exception {
        start(Running.settings(home, LONG, TlsProvider.JDK));
        int port = listenTls(List.of());
        var answers = new Answers();

        Connection connection = connect("tcps://localhost:" + port, answers);
        resume(connection);

        assertThat(connection.protocol()).isEqualTo("tcp");
        assertThat(connection.applicationProtocol()).isEmpty();
        assertThat(answers.next()).isEqualTo("active");
        assertThat(answers.next()).isEqualTo("tcp\n");
        assertThat(answers.ask(connection, "hello\n")).isEqualTo("hello\n");
    }

    @Test
    void verifiesTheNameOverTls() throws Exception {
        start(
                Running.settings(home, LONG, TlsProvider.JDK),
                host -> new InetAddress[] {InetAddress.getLoopbackAddress()});
        int port = listenTls(List.of());

        assertThatThrownBy(() -> connect("tcps://other.example:" + port, new Answers()))
                .rootCause()
                .isInstanceOf(UnreachableException.class)
                .hasMessageStartingWith("tcps://other.example:" + port + ": tls: ")
                .hasMessageContaining("other.example found");
        Running.await(() -> running.manager.connections().isEmpty());
    }

    @Test
    void verifiesTheIssuerOverTls() throws Exception {
        start(
                Running.with(
                        Running.settings(home, LONG, TlsProvider.JDK),
                        new OutboundSettings(LONG, LONG, Optional.empty())));
        int port = listenTls(List.of());

        assertThatThrownBy(() -> connect("tcps://localhost:" + port, new Answers()))
                .rootCause()
                .hasMessageContaining(": tls: ");
    }

    @Test
    void seesThatTheTrustedIssuersHaveChanged() throws Exception {
        start(
                Running.with(
                        Running.settings(home, LONG, TlsProvider.JDK),
                        new OutboundSettings(LONG, LONG, Optional.of(home.resolve("trust.pem")))));
        int port = listenTls(List.of());
        Path own = Files.createDirectories(home.resolve("own/tls"));
        var other = new DevelopmentCertificate(own, Clock.systemUTC());
        other.make();
        Files.copy(own.resolve("dev-cert.pem"), home.resolve("trust.pem"));
        assertThatThrownBy(() -> connect("tcps://localhost:" + port, new Answers()))
                .rootCause()
                .hasMessageContaining(": tls: ");

        Files.copy(
                home.resolve("tls/dev-cert.pem"),
                home.resolve("trust.pem"),
                StandardCopyOption.REPLACE_EXISTING);

        Running.await(() -> canConnect("tcps://localhost:" + port));
    }

    private boolean canConnect(String uri) {
        try {
            return connect(uri, new Answers()).channel().isActive();
        } catch (ExecutionException notYet) {
            return false;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void asksForHttp2WhereTheEndpointIsGrpc() throws Exception {
        start(Running.settings(home, LONG, TlsProvider.JDK));
        int port = listenTls(List.of("h2"));

        Connection connection = connect("grpcs://localhost:" + port, new Answers());

        assertThat(connection.applicationProtocol()).isEqualTo("h2");
        assertThat(connection.protocol()).isEqualTo("grpc");
    }

    @Test
    void refusesGrpcWithoutHttp2() throws Exception {
        start(Running.settings(home, LONG, TlsProvider.JDK));
        int port = listenTls(List.of());

        assertThatThrownBy(() -> connect("grpcs://localhost:" + port, new Answers()))
                .rootCause()
                .hasMessageContaining("the other side does not speak h2 (ALPN)");
    }

    @Test
    void saysThatTheOtherSideDoesNotSpeakTls() throws Exception {
        start(Running.settings(home, LONG, TlsProvider.JDK));
        int port = listen();

        assertThatThrownBy(() -> connect("tcps://localhost:" + port, new Answers()))
                .rootCause()
                .hasMessageContaining(": tls: ");
    }

    private void start(Settings settings) {
        start(settings, InetAddress::getAllByName);
    }

    private void start(Settings settings, Names.Lookup lookup) {
        running = new Running(settings, lookup);
        running.manager.setProtocolManager(echo);
        loop = running.manager.loop();
    }

    private int listen() {
        running.open("plain", "tcp://127.0.0.1:0");
        return running.port("plain");
    }

    private int listenTls(List<String> protocols) {
        running.openTls(
                "tls",
                new TlsSettings(
                        List.of(),
                        ClientCertificates.NONE,
                        Optional.empty(),
                        List.of("1.2", "1.3"),
                        protocols));
        return running.port("tls");
    }

    private Future<Connection> begin(String uri, Answers answers) {
        return running.manager
                .connector()
                .connect(
                        Endpoint.parse(uri),
                        loop,
                        connection -> connection.channel().pipeline().addLast(answers));
    }

    private Connection connect(String uri, Answers answers)
            throws InterruptedException, ExecutionException {
        Future<Connection> opening = begin(uri, answers);
        assertThat(opening.await(10, TimeUnit.SECONDS)).isTrue();
        return opening.get();
    }

    private void resume(Connection connection) {
        loop.execute(() -> Reading.resume(connection.channel()));
    }

    private void awaitEnd() {
        try {
            testEnds.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** What a connection brings, a text for each piece. */
    private static final class Answers extends SimpleChannelInboundHandler<ByteBuf> {

        final BlockingQueue<String> received = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            return received.poll(10, TimeUnit.SECONDS);
        }

        String ask(Connection connection, String text) throws InterruptedException {
            connection.channel().writeAndFlush(Unpooled.copiedBuffer(text, UTF_8));
            return next();
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            received.add("active");
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
            received.add(bytes.toString(UTF_8));
        }
    }
}
