// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orion.net.Endpoint;
import dev.orion.net.ListenerInfo;
import dev.orion.protocol.Connection;
import dev.orion.testkit.LeakCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource(TlsProvider.class)
class TlsTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    /** TLS 1.1 with the ciphers that everybody had then. */
    private static final String HELLO =
            "160301002f" + "0100002b0302" + "00".repeat(32) + "00" + "0004c009c013" + "0100";

    @Parameter TlsProvider provider;

    @TempDir Path home;

    private Running running;
    private final EchoManager echo = new EchoManager("tcp");

    @BeforeEach
    void start() {
        assumeTrue(provider.isAvailable(), () -> provider + " is not there");
        start(LONG);
    }

    @AfterEach
    void stop() {
        if (running != null) {
            running.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void speaksBothVersions(String version) throws IOException {
        int port = open(tls());

        try (var peer = TlsPeer.connect(port, development(), version)) {
            assertThat(peer.socket.getSession().getProtocol()).isEqualTo(version);
            assertThat(peer.socket.getSession().getCipherSuite()).contains("GCM");
            assertThat(peer.line()).isEqualTo("tcp");
            assertThat(peer.ask("hello")).isEqualTo("hello");
        }

        Connection connection = echo.served.element();
        assertThat(connection.endpoint().scheme()).isEqualTo("tcps");
        assertThat(connection.protocol()).isEqualTo("tcp");
    }

    @Test
    void refusesOlderVersions() throws IOException {
        int port = open(tls());

        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(HexFormat.of().parseHex(HELLO));
            byte[] alert = socket.getInputStream().readNBytes(7);

            // RFC 8446 §6: alert, fatal, protocol_version
            assertThat(alert).startsWith(21).endsWith(2, 70);
        }
        Running.await(() -> running.info("tls").refused() == 1);
        assertThat(running.info("tls").defences()).containsExactly(Map.entry("tls-failed", 1L));
    }

    @Test
    void speaksOnlyTheVersionsThatAreConfigured() throws IOException {
        int port =
                open(
                        new TlsSettings(
                                List.of(),
                                ClientCertificates.NONE,
                                Optional.empty(),
                                List.of("1.3"),
                                List.of()));

        assertThatThrownBy(() -> TlsPeer.connect(port, development(), "TLSv1.2"))
                .isInstanceOf(SSLException.class);
        try (var peer = TlsPeer.connect(port, development(), "TLSv1.2", "TLSv1.3")) {
            assertThat(peer.line()).isEqualTo("tcp");
        }
    }

    /** Signing takes a millisecond, which an event loop should not give to one of its peers. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void signsWithRsaOnThreadsOfItsOwn(String version) throws IOException {
        Identity identity = Pairs.write(home, "rsa", Pairs.keys("RSA", 2048));
        int port = open(tls("rsa"));

        try (var peer = TlsPeer.connect(port, identity.certificate(), version)) {
            assertThat(peer.line()).isEqualTo("tcp");
        }

        // They stay for a while after the handshake; event loops are called otherwise.
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .anyMatch(name -> name.matches("orion-tls-\\d+"));
    }

    /** Where BoringSSL does not take the key, the JDK does. */
    @ParameterizedTest
    @ValueSource(strings = {"Ed25519", "EC"})
    void signsWithOtherKeys(String algorithm) throws IOException {
        int bits = algorithm.equals("EC") ? 384 : 255;
        Identity identity = Pairs.write(home, "other", Pairs.keys(algorithm, bits));
        int port = open(tls("other"));

        try (var peer = TlsPeer.connect(port, identity.certificate(), "TLSv1.3")) {
            assertThat(peer.line()).isEqualTo("tcp");
        }
    }

    @Test
    void saysWhoSpeaksTls() throws IOException {
        try (var records = new Records()) {
            int port = open(tls());
            assertThat(running.manager.tls()).isEmpty();

            TlsPeer.connect(port, development()).close();
            TlsPeer.connect(port, development()).close();

            assertThat(running.manager.tls()).isEqualTo(provider.label());
            assertThat(records.of("TLS provider in use"))
                    .singleElement()
                    .satisfies(
                            record ->
                                    assertThat(record).containsEntry("provider", provider.label()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void resumesSessions(String version) throws IOException {
        int port = open(tls());
        var context = TlsPeer.context(development(), null);
        long first;
        try (var peer = TlsPeer.connect(port, context, version)) {
            peer.line();
            assertThat(peer.ask("x")).isEqualTo("x"); // and a ticket has come before it
            first = peer.socket.getSession().getCreationTime();
        }

        try (var peer = TlsPeer.connect(port, context, version)) {
            assertThat(peer.line()).isEqualTo("tcp");
            assertThat(peer.socket.getSession().getCreationTime()).isEqualTo(first);
        }
    }

    /** What handshakes use may be replaced while they run, and is given back after the last. */
    @Test
    void replacesContextsUnderHandshakes() throws Exception {
        int before = NativeContext.living();
        pair("live", "localhost");
        int port = open(tls("live"));
        List<Thread> clients = new ArrayList<>();
        var done = new AtomicInteger();
        var wrong = new AtomicReference<Throwable>();
        var stop = new AtomicBoolean();
        for (int each = 0; each < 3; each++) {
            var client =
                    new Thread(
                            () -> {
                                while (!stop.get()) {
                                    try (var peer = TlsPeer.credulous(port, null)) {
                                        assertThat(peer.line()).isEqualTo("tcp");
                                        done.incrementAndGet();
                                    } catch (IOException | AssertionError failed) {
                                        wrong.compareAndSet(null, failed);
                                    }
                                }
                            });
            clients.add(client);
            client.start();
        }

        for (int round = 0; round < 4; round++) {
            Identity next = pair("live", "localhost");
            Running.await(() -> presented(port, null).equals(next.certificate()));
        }
        stop.set(true);
        for (Thread client : clients) {
            client.join();
        }

        assertThat(wrong.get()).isNull();
        assertThat(done.get()).isGreaterThan(10);
        Running.await(() -> running.info("tls").connections() == 0);
        running.close();
        running = null;
        echo.served.clear();
        Running.await(
                () -> {
                    System.gc();
                    return NativeContext.living() <= before;
                });
    }

    @Test
    void makesADevelopmentCertificateOnce() throws Exception {
        try (var records = new Records()) {
            int port = open(tls());
            X509Certificate first = development();
            open("another", tls());

            assertThat(records.of("Development certificate made")).hasSize(1);
            assertThat(development()).isEqualTo(first);
            assertThat(first.getSubjectAlternativeNames())
                    .extracting(name -> String.valueOf(name.get(1)))
                    .containsExactlyInAnyOrder("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
            assertThat(Duration.between(first.getNotBefore().toInstant(), notAfter(first)))
                    .isEqualTo(DevelopmentCertificate.LIFE);
            assertThat(Files.getPosixFilePermissions(home.resolve("tls/dev-key.pem")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            try (var peer = TlsPeer.connect(port, first)) {
                assertThat(peer.certificate()).isEqualTo(first);
            }
        }
    }

    @Test
    void replacesADevelopmentCertificateThatHasExpiredOrIsBroken() throws IOException {
        Clock then = Clock.offset(Clock.systemUTC(), Duration.ofDays(-900));
        new DevelopmentCertificate(home.resolve("tls"), then).make();
        X509Certificate old = development();

        int port = open(tls());
        try (var peer = TlsPeer.connect(port, old)) {
            throw new AssertionError(peer.certificate() + " is trusted");
        } catch (SSLHandshakeException replaced) {
            assertThat(development()).isNotEqualTo(old);
        }
        try (var peer = TlsPeer.connect(port, development())) {
            assertThat(peer.line()).isEqualTo("tcp");
        }

        Files.writeString(home.resolve("tls/dev-key.pem"), "no key");
        var certificate = new DevelopmentCertificate(home.resolve("tls"), Clock.systemUTC());
        assertThat(notAfter(certificate.read().certificate())).isAfter(Clock.systemUTC().instant());
    }

    @Test
    void failsAloneWhenNoCertificateCanBeMade() throws IOException {
        Files.writeString(home.resolve("tls"), "a file where the folder should be");

        running.openTls("tls", tls());
        running.open("plain", "tcp://127.0.0.1:0");

        ListenerInfo failed = running.info("tls");
        assertThat(failed.state()).isEqualTo(ListenerInfo.State.FAILED);
        assertThat(failed.detail())
                .startsWith("listener tls: 127.0.0.1:0 cannot speak TLS: the development")
                .contains("cannot be written");
        try (var peer = new Peer(running.port("plain"))) {
            assertThat(peer.line()).isEqualTo("tcp");
        }
    }

    @Test
    void failsWithFilesThatCannotBeUsed() {
        running.openTls("tls", tls(home.resolve("a"), ClientCertificates.NONE, Optional.empty()));

        assertThat(running.info("tls").detail()).endsWith("cert.pem is not there");
    }

    @Test
    void endsWithAClientThatDoesNotTrustIt() throws IOException {
        int port = open(tls());
        X509Certificate stranger = identity("stranger").certificate();

        assertThatThrownBy(() -> TlsPeer.connect(port, stranger)).isInstanceOf(SSLException.class);

        Running.await(() -> running.info("tls").refused() == 1);
        Running.await(() -> running.info("tls").connections() == 0);
        try (var peer = TlsPeer.connect(port, development())) {
            assertThat(peer.line()).isEqualTo("tcp");
        }
    }

    @Test
    void asksForCertificatesOfClients() throws IOException {
        Identity known = identity("known");
        Identity unknown = identity("unknown");
        Path ca = home.resolve("known/tls/dev-cert.pem");
        Identity server = identity("server");
        Path folder = home.resolve("server/tls");
        int required = open("a", tls(folder, ClientCertificates.REQUIRED, Optional.of(ca)));
        int optional = open("b", tls(folder, ClientCertificates.OPTIONAL, Optional.of(ca)));

        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            for (int port : List.of(required, optional)) {
                assertThat(greeting(port, server, known, version)).isEqualTo("tcp");
            }
            assertThat(greeting(optional, server, null, version)).isEqualTo("tcp");
            // In TLS 1.3 the client is told only when it reads.
            assertThatThrownBy(() -> greeting(required, server, null, version))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> greeting(required, server, unknown, version))
                    .isInstanceOf(IOException.class);
        }
        assertThat(echo.served).hasSize(6);
    }

    /** Which alert the client is sent is seen with a client that says so, in TlsIT. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void countsWhoseCertificateIsMissing(String version) throws IOException {
        identity("known");
        Path ca = home.resolve("known/tls/dev-cert.pem");
        Identity server = identity("server");
        Path folder = home.resolve("server/tls");
        int port = open(tls(folder, ClientCertificates.REQUIRED, Optional.of(ca)));

        assertThatThrownBy(() -> greeting(port, server, null, version))
                .isInstanceOf(IOException.class);

        Running.await(() -> running.info("tls").refused() == 1);
        assertThat(running.info("tls").defences()).containsExactly(Map.entry("tls-failed", 1L));
    }

    @Test
    void usesFilesThatHaveBeenReplaced() throws IOException {
        Identity first = identity("live");
        Path folder = home.resolve("live/tls");
        int port = open(tls(folder, ClientCertificates.NONE, Optional.empty()));
        try (var before = TlsPeer.connect(port, first.certificate())) {
            Identity second = identity("next");
            for (String file : List.of("dev-cert.pem", "dev-key.pem")) {
                Files.move(
                        home.resolve("next/tls").resolve(file),
                        folder.resolve(file),
                        StandardCopyOption.REPLACE_EXISTING);
            }

            Running.await(() -> presents(port, second.certificate()));

            before.line();
            assertThat(before.ask("still here")).isEqualTo("still here");
        }
    }

    @Test
    void keepsTheFormerFilesWhenTheNewOnesAreBad() throws Exception {
        try (var records = new Records()) {
            Identity first = identity("live");
            Path folder = home.resolve("live/tls");
            int port = open(tls(folder, ClientCertificates.NONE, Optional.empty()));
            identity("next");
            Files.move(
                    home.resolve("next/tls/dev-key.pem"),
                    folder.resolve("dev-key.pem"),
                    StandardCopyOption.REPLACE_EXISTING);

            Running.await(
                    () -> {
                        assertThat(presents(port, first.certificate())).isTrue();
                        return !records.of("TLS files cannot be used").isEmpty();
                    });

            assertThat(records.of("TLS files cannot be used"))
                    .singleElement()
                    .satisfies(
                            record ->
                                    assertThat(record)
                                            .containsEntry("former_stays", "true")
                                            .containsEntry("listener", "tls"));
        }
    }

    @Test
    void usesTheCertificateOfTheServersName() throws IOException {
        Identity first = pair("first", "localhost");
        Identity exact = pair("exact", "a.example.org");
        Identity wild = pair("wild", "*.example.org", "*.example.net");
        int port = open(tls("first", "exact", "wild"));

        assertThat(presented(port, "a.example.org")).isEqualTo(exact.certificate());
        assertThat(presented(port, "A.Example.Org")).isEqualTo(exact.certificate());
        assertThat(presented(port, "b.example.org")).isEqualTo(wild.certificate());
        assertThat(presented(port, "c.example.net")).isEqualTo(wild.certificate());
        assertThat(presented(port, "b.a.example.org")).isEqualTo(first.certificate());
        assertThat(presented(port, "elsewhere.example")).isEqualTo(first.certificate());
        assertThat(presented(port, null)).isEqualTo(first.certificate());
    }

    @Test
    void replacesEachOfSeveralCertificatesAlone() throws Exception {
        try (var records = new Records()) {
            Identity first = pair("first", "localhost");
            pair("second", "a.example.org");
            int port = open(tls("first", "second"));
            presented(port, "localhost");
            assertThat(records.of("TLS certificate in use")).hasSize(2);

            Files.writeString(home.resolve("first-key.pem"), "no key");
            Identity moved = pair("second", "b.example.org");

            Running.await(() -> presented(port, "b.example.org").equals(moved.certificate()));
            assertThat(presented(port, "a.example.org")).isEqualTo(first.certificate());
            assertThat(records.of("TLS files cannot be used"))
                    .singleElement()
                    .satisfies(record -> assertThat(record).containsEntry("former_stays", "true"));
            assertThat(records.of("TLS certificate in use")).hasSize(3);
        }
    }

    @Test
    void failsWhenOneOfSeveralCannotBeUsed() throws IOException {
        pair("first", "localhost");

        running.openTls("tls", tls("first", "second"));

        assertThat(running.info("tls").state()).isEqualTo(ListenerInfo.State.FAILED);
        assertThat(running.info("tls").detail()).endsWith("second-cert.pem is not there");
    }

    @Test
    void closesPlainTextAndNoise() throws IOException {
        int port = open(tls());
        byte[] noise = new byte[4096];
        new Random(1).nextBytes(noise);

        for (byte[] bytes : List.of("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII), noise)) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(bytes);
                assertThat(isClosed(socket)).isTrue();
            }
        }

        Running.await(() -> running.info("tls").refused() == 2);
        assertThat(running.info("tls").defences()).containsExactly(Map.entry("tls-failed", 2L));
        assertThat(echo.served).isEmpty();
    }

    @Test
    void closesWhoDoesNotFinishInTime() throws IOException {
        running.close();
        start(Duration.ofMillis(200));
        int port = open(tls());

        try (var silent = new Socket(InetAddress.getLoopbackAddress(), port);
                var slow = new Socket(InetAddress.getLoopbackAddress(), port)) {
            slow.getOutputStream().write(new byte[] {22, 3, 1, 1, 0, 1});
            silent.setSoTimeout(10_000);
            slow.setSoTimeout(10_000);

            assertThat(isClosed(silent)).isTrue();
            assertThat(isClosed(slow)).isTrue();
        }
        assertThat(running.info("tls").refused()).isEqualTo(2);
        assertThat(running.info("tls").defences())
                .containsExactly(Map.entry("handshake-timeout", 2L));
    }

    /** A pipe in the place of the key has the look at the files wait. */
    @Test
    void forgetsWhoGoesWhileFilesAreLookedAt() throws Exception {
        Identity identity = pair("live", "localhost");
        int port = open(tls("live"));
        Path key = home.resolve("live-key.pem");
        byte[] content = Files.readAllBytes(key);
        Files.delete(key);
        assertThat(new ProcessBuilder("mkfifo", key.toString()).start().waitFor()).isZero();

        try (var records = new Records("io.netty.channel.DefaultChannelPipeline")) {
            var gone = new Socket(InetAddress.getLoopbackAddress(), port);
            gone.setSoLinger(true, 0);
            gone.getOutputStream().write(HexFormat.of().parseHex(HELLO));
            try (var pipe = Files.newOutputStream(key)) { // opens when somebody reads
                gone.close();
                Running.await(() -> running.info("tls").connections() == 0);
                pipe.write(content);
            }
            assertThat(presents(port, identity.certificate())).isTrue();
            assertThat(records.isEmpty()).isTrue();
        }
    }

    @Test
    void survivesManyWhoGoInTheMiddle() throws IOException {
        int port = open(tls());
        var random = new Random(2);
        byte[] hello =
                HexFormat.of().parseHex("160301002f0100002b0303" + "00".repeat(41)); // incomplete

        for (int each = 0; each < 300; each++) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write(hello, 0, random.nextInt(hello.length));
            }
        }

        try (var peer = TlsPeer.connect(port, development())) {
            assertThat(peer.line()).isEqualTo("tcp");
        }
        Running.await(() -> running.info("tls").connections() == 0);
        assertThat(running.info("tls").refused()).isEqualTo(300);
        assertThat(running.info("tls").defences()).isEmpty(); // nobody has done anything wrong
    }

    @Test
    void letsWhoIsThroughWaitForItsProtocol() throws IOException {
        echo.speaking = false;
        int port = open(tls());

        try (var peer = TlsPeer.connect(port, development())) {
            peer.send("early"); // decrypted perhaps, but read by nobody
            Running.await(() -> running.info("tls").state() == ListenerInfo.State.WAITING);
            echo.speaking = true;
            running.manager.sockets().wake();

            assertThat(peer.line()).isEqualTo("tcp");
            assertThat(peer.line()).isEqualTo("early");
            assertThat(peer.ask("late")).isEqualTo("late");
        }
    }

    @Test
    void refusesRenegotiation() throws IOException {
        int port = open(tls());

        try (var peer = TlsPeer.connect(port, development(), "TLSv1.2")) {
            peer.line();
            assertThat(peer.ask("before")).isEqualTo("before");

            assertThatThrownBy(
                            () -> {
                                peer.socket.startHandshake();
                                peer.ask("after");
                            })
                    .isInstanceOf(IOException.class);
        }
        assertThat(running.info("tls").defences()).containsExactly(Map.entry("renegotiation", 1L));
    }

    @Test
    void saysWhatWasAgreedOnToSpeak() throws IOException {
        int with = open("with", tls(List.of("h2", "http/1.1")));
        int without = open("without", tls());

        assertThat(agreed(with, "http/1.1")).isEqualTo("http/1.1");
        assertThat(agreed(with, "http/1.1", "h2")).isEqualTo("h2"); // by the server's order
        assertThat(agreed(with, "gopher")).isEmpty();
        assertThat(agreed(with)).isEmpty();
        assertThat(agreed(without, "h2")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void endsItsSideBehindWhatWasWritten(String version) throws Exception {
        int port = open(tls());
        int size = 3 << 20;

        try (var peer = TlsPeer.connect(port, development(), version)) {
            peer.line();
            Connection connection = echo.served.element();
            Channel channel = connection.channel();
            channel.eventLoop()
                    .execute(
                            () -> {
                                channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[size]));
                                channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                                        .addListener(written -> connection.endOutput());
                            });

            // An end that TLS did not announce would be an exception.
            assertThat(peer.socket.getInputStream().readAllBytes()).hasSize(size);
        }
        Running.await(() -> running.info("tls").connections() == 0);
    }

    /** RFC 8446 §6.1: who has finished sending still reads. */
    @Test
    void answersWhoHasFinishedSending() throws Exception {
        assumeTrue(
                provider == TlsProvider.JDK,
                "Netty's engine of BoringSSL ends both directions with the one");
        int port = open(tls());

        try (var peer = TlsPeer.connect(port, development(), "TLSv1.3")) {
            peer.line();
            Connection connection = echo.served.element();
            Channel channel = connection.channel();
            onLoop(
                    channel,
                    () -> {
                        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
                        channel.pipeline().remove(echo);
                        channel.pipeline().addLast(new AnswersTheEnd(connection));
                    });
            peer.socket.shutdownOutput();

            assertThat(peer.line()).isEqualTo("late");
            assertThat(peer.line()).isNull();
        }
    }

    @Test
    void whoDoesNotFinishGivesItsPlaceBack() throws IOException {
        running.close();
        start(Duration.ofMillis(700));
        running.manager
                .sockets()
                .open(
                        new ListenerSettings(
                                "tls",
                                new Endpoint("tcps", "127.0.0.1", 0),
                                1000,
                                200,
                                1000,
                                Set.of("public"),
                                Optional.of(tls())));
        int port = running.port("tls");
        List<Socket> halfOpen = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                halfOpen.add(socket);
                byte[] hello = HexFormat.of().parseHex(HELLO);
                socket.getOutputStream().write(hello, 0, i % hello.length);
            }
            Running.await(() -> running.info("tls").connections() == 0);
            assertThat(running.info("tls").defences())
                    .containsExactly(Map.entry("handshake-timeout", 200L));

            try (var peer = TlsPeer.connect(port, development())) {
                assertThat(peer.line()).isEqualTo("tcp");
            }
        } finally {
            for (Socket socket : halfOpen) {
                socket.close();
            }
        }
    }

    @Test
    void endsWithItsLastWordsWhenItIsClosed() throws IOException {
        int port = open(tls());

        try (var peer = TlsPeer.connect(port, development())) {
            peer.line();
            running.manager.drain(Duration.ofSeconds(5));

            assertThat(peer.line()).isEqualTo("bye");
            assertThat(peer.line()).isNull();
        }
    }

    @Test
    void leavesSharedBuffersAsTheyAre() throws Exception {
        int port = open(tls());
        List<TlsPeer> peers = new ArrayList<>();
        byte[] line = "0123456789abcde\n".getBytes(US_ASCII);
        ByteBuf shared = Unpooled.directBuffer(1 << 15).writeBytes(line); // with room behind it
        try {
            for (int each = 0; each < 8; each++) {
                peers.add(TlsPeer.connect(port, development()));
                peers.get(each).line();
            }
            for (Connection connection : echo.served) {
                Channel channel = connection.channel();
                onLoop(
                        channel,
                        () -> {
                            channel.write(shared.retainedDuplicate(), channel.voidPromise());
                            channel.write(
                                    Unpooled.copiedBuffer(
                                            "own " + connection.id() + "\n", US_ASCII),
                                    channel.voidPromise());
                            channel.write(shared.retainedDuplicate(), channel.voidPromise());
                            channel.flush();
                        });
            }

            for (TlsPeer peer : peers) {
                assertThat(peer.line()).isEqualTo("0123456789abcde");
                assertThat(peer.line()).startsWith("own conn_");
                assertThat(peer.line()).isEqualTo("0123456789abcde");
            }
            assertThat(shared.getByte(line.length)).isZero();
            Running.await(() -> shared.refCnt() == 1);
        } finally {
            shared.release();
            for (TlsPeer peer : peers) {
                peer.close();
            }
        }
    }

    @Test
    void isNotWritableWithMuchToWrite() throws Exception {
        int port = open(tls());

        try (var peer = TlsPeer.connect(port, development())) {
            peer.line();
            Channel channel = echo.served.element().channel();
            var writable = new CompletableFuture<Boolean>();
            onLoop(
                    channel,
                    () -> {
                        channel.write(Unpooled.wrappedBuffer(new byte[2 << 20])); // not flushed
                        writable.complete(channel.isWritable());
                        channel.flush();
                    });

            assertThat(writable.join()).isFalse();
            assertThat(peer.socket.getInputStream().readNBytes(2 << 20)).hasSize(2 << 20);
            Running.await(channel::isWritable);
        }
    }

    private void start(Duration handshakeTimeout) {
        running = new Running(Running.settings(home, handshakeTimeout, provider));
        running.manager.setProtocolManager(echo);
    }

    private int open(TlsSettings tls) {
        return open("tls", tls);
    }

    private int open(String name, TlsSettings tls) {
        running.openTls(name, tls);
        return running.port(name);
    }

    /** What the server says after a handshake in which a client offers these. */
    private String agreed(int port, String... offered) throws IOException {
        echo.served.clear();
        try (var peer = TlsPeer.offer(port, development(), offered)) {
            assertThat(peer.line()).isEqualTo("tcp");
            String agreed = echo.served.element().applicationProtocol();
            assertThat(peer.socket.getApplicationProtocol()).isEqualTo(agreed);
            return agreed;
        }
    }

    private static TlsSettings tls() {
        return tls(List.of());
    }

    private static TlsSettings tls(List<String> protocols) {
        return new TlsSettings(
                List.of(),
                ClientCertificates.NONE,
                Optional.empty(),
                List.of("1.2", "1.3"),
                protocols);
    }

    private static TlsSettings tls(Path folder, ClientCertificates clients, Optional<Path> ca) {
        return new TlsSettings(
                List.of(
                        new TlsSettings.Files(
                                folder.resolve("dev-cert.pem"), folder.resolve("dev-key.pem"))),
                clients,
                ca,
                List.of("1.2", "1.3"),
                List.of());
    }

    private X509Certificate development() {
        return Identity.certificates(home.resolve("tls/dev-cert.pem")).get(0);
    }

    /** Somebody with a certificate of its own, in a folder of its own. */
    private Identity identity(String name) {
        return new DevelopmentCertificate(home.resolve(name).resolve("tls"), Clock.systemUTC())
                .read();
    }

    /** A certificate for DNS names, as files with these beginnings in the home. */
    private Identity pair(String beginning, String... names) throws IOException {
        return Pairs.write(home, beginning, names);
    }

    private TlsSettings tls(String... beginnings) {
        return new TlsSettings(
                Arrays.stream(beginnings).map(each -> Pairs.files(home, each)).toList(),
                ClientCertificates.NONE,
                Optional.empty(),
                List.of("1.2", "1.3"),
                List.of());
    }

    /** What a client that asks for a server by name is shown. */
    private static X509Certificate presented(int port, String name) {
        try (var peer = TlsPeer.credulous(port, name)) {
            return peer.certificate();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static java.time.Instant notAfter(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }

    private static String greeting(int port, Identity server, Identity own, String version)
            throws IOException {
        try (var peer =
                TlsPeer.connect(port, TlsPeer.context(server.certificate(), own), version)) {
            return peer.line();
        }
    }

    private static boolean presents(int port, X509Certificate certificate) {
        try (var peer = TlsPeer.connect(port, certificate)) {
            return peer.certificate().equals(certificate);
        } catch (IOException another) {
            return false;
        }
    }

    /** Whether the peer closes it, in whatever way, perhaps after an alert. */
    private static boolean isClosed(Socket socket) {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private static void onLoop(Channel channel, Runnable task) throws Exception {
        channel.eventLoop().submit(task).get(10, TimeUnit.SECONDS);
    }

    /** Has something to say to who has finished sending. */
    private static final class AnswersTheEnd extends ChannelInboundHandlerAdapter {

        private final Connection connection;

        AnswersTheEnd(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == SslCloseCompletionEvent.SUCCESS) {
                ctx.writeAndFlush(Unpooled.copiedBuffer("late\n", US_ASCII))
                        .addListener(written -> connection.endOutput());
            }
        }
    }
}
