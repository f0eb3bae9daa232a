// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.StringValue;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes with TLS on both sides, to servers whose certificates are right and wrong. */
class TlsRouteIT {

    private static final char[] PASSWORD = "secret".toCharArray();
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir static Path home;

    private static int offset;
    private static OrionProcess orion;
    private static Server backEnd;
    private static Server foreign;
    private static ServerSocket tcp;
    private static ServerSocket foreignTcp;
    private static ManagedChannel channel;
    private static SSLContext trusting;

    @BeforeAll
    static void start() throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.createDirectories(home.resolve("tls"));
        KeyManagerFactory right = keys("right");
        KeyManagerFactory wrong = keys("wrong");
        backEnd = grpc(right, "test.Echo");
        foreign = grpc(wrong, "test.Foreign");
        tcp = tcp(right);
        foreignTcp = tcp(wrong);
        Files.writeString(home.resolve("conf/orion.json"), configuration());
        offset = OrionProcess.freeOffset();
        orion = OrionProcess.start(home, offset);
        Path certificate = home.resolve("tls/dev-cert.pem");
        Await.until("Orion's certificate", SOON, () -> Files.exists(certificate));
        trusting = trusting(certificate);
        channel =
                NettyChannelBuilder.forAddress("localhost", orion.grpcPort())
                        .sslContext(
                                GrpcSslContexts.forClient()
                                        .trustManager(certificate.toFile())
                                        .build())
                        .build();
    }

    private static String configuration() {
        return """
        {
          "dev.orion.listener~web": { "uri": "http://127.0.0.1:8080" },
          "dev.orion.listener~grpcs": { "uri": "grpcs://127.0.0.1:9090" },
          "dev.orion.listener~right": { "uri": "tcps://127.0.0.1:7100" },
          "dev.orion.listener~wrong": { "uri": "tcps://127.0.0.1:7200" },
          "dev.orion.manager.network": { "trust": "tls/right.pem" },
          "dev.orion.route~echo": { "match": "grpc:/test.Echo/*", "to": "grpcs://localhost:%d" },
          "dev.orion.route~foreign": { "match": "grpc:/test.Foreign/*", "to": "grpcs://localhost:%d" },
          "dev.orion.route~right": { "match": "tcp::7100", "to": "tcps://localhost:%d" },
          "dev.orion.route~wrong": { "match": "tcp::7200", "to": "tcps://localhost:%d" }
        }
        """
                .formatted(
                        backEnd.getPort(),
                        foreign.getPort(),
                        tcp.getLocalPort(),
                        foreignTcp.getLocalPort());
    }

    @AfterAll
    static void stop() throws Exception {
        channel.shutdownNow();
        assertThat(orion.terminate()).as(orion.output()).isZero();
        backEnd.shutdownNow();
        foreign.shutdownNow();
        tcp.close();
        foreignTcp.close();
    }

    @Test
    void callsGoFromTlsToTls() {
        StringValue answer =
                Grpc.call(channel, Grpc.echo("test.Echo"), StringValue.of("over TLS twice"));

        assertThat(answer.getValue()).isEqualTo("over TLS twice");
    }

    @Test
    void aBackEndThatIsNotTrustedIsUnavailableAndSaysWhy() throws Exception {
        assertThatThrownBy(
                        () ->
                                Grpc.call(
                                        channel,
                                        Grpc.echo("test.Foreign"),
                                        StringValue.of("never")))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused -> {
                            assertThat(refused.getStatus().getCode())
                                    .isEqualTo(Status.Code.UNAVAILABLE);
                            assertThat(refused.getStatus().getDescription())
                                    .contains("grpcs://localhost:" + foreign.getPort())
                                    .contains("tls: ");
                        });
        awaitFailed("foreign");
    }

    @Test
    void aClientThatDoesNotTrustOrionIsTheOneWhoEnds() throws Exception {
        ManagedChannel distrusting =
                NettyChannelBuilder.forAddress("localhost", orion.grpcPort())
                        .useTransportSecurity()
                        .build();
        try {
            assertThatThrownBy(
                            () ->
                                    Grpc.call(
                                            distrusting,
                                            Grpc.echo("test.Echo"),
                                            StringValue.of("never")))
                    .hasMessageStartingWith("UNAVAILABLE");
        } finally {
            distrusting.shutdownNow();
        }
        Await.until(
                "it is counted",
                SOON,
                () -> orion.exec("listeners --json").out().contains("\"tls-failed\""));
    }

    @Test
    void bytesGoFromTlsToTls() throws Exception {
        try (Socket client = connect(7100);
                Socket server = tcp.accept()) {
            client.getOutputStream().write("there".getBytes(UTF_8));
            assertThat(server.getInputStream().readNBytes(5)).asString(UTF_8).isEqualTo("there");
            server.getOutputStream().write("back".getBytes(UTF_8));
            server.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("back");
        }
    }

    @Test
    void aServerThatIsNotTrustedClosesTheClient() throws Exception {
        Thread accepting = new Thread(TlsRouteIT::refuse, "foreign");
        accepting.start();
        try (Socket client = connect(7200)) {
            client.getOutputStream().write("never".getBytes(UTF_8));
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        accepting.join(SOON.toMillis());
        awaitFailed("wrong");
    }

    /** Takes one connection, whose other side wants nothing of it. */
    private static void refuse() {
        try (Socket server = foreignTcp.accept()) {
            assertThatThrownBy(() -> server.getInputStream().read())
                    .isInstanceOf(SSLException.class);
        } catch (IOException closed) {
            throw new IllegalStateException(closed);
        }
    }

    private static void awaitFailed(String route) {
        Await.until(
                route + " has failed once",
                SOON,
                () ->
                        orion.exec("routes")
                                .out()
                                .lines()
                                .anyMatch(line -> line.matches(route + " .* 1")));
    }

    private static Socket connect(int port) throws IOException {
        var socket =
                (SSLSocket)
                        trusting.getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), port + offset);
        socket.setSoTimeout((int) SOON.toMillis());
        socket.startHandshake(); // before it there is no connection along the route
        return socket;
    }

    private static Server grpc(KeyManagerFactory keys, String service) throws IOException {
        return NettyServerBuilder.forPort(0)
                .sslContext(GrpcSslContexts.configure(SslContextBuilder.forServer(keys)).build())
                .addService(Grpc.service(service))
                .build()
                .start();
    }

    private static ServerSocket tcp(KeyManagerFactory keys) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        ServerSocket socket =
                context.getServerSocketFactory()
                        .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        socket.setSoTimeout((int) SOON.toMillis());
        return socket;
    }

    /** A key with a certificate that is its own issuer; the latter also as a PEM file. */
    private static KeyManagerFactory keys(String name) throws Exception {
        Path file = home.resolve("tls/" + name + ".p12");
        String keytool = Path.of(OrionProcess.JAVA_HOME, "bin/keytool").toString();
        Process made =
                new ProcessBuilder(
                                keytool,
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-alias",
                                name,
                                "-dname",
                                "CN=" + name,
                                "-ext",
                                "san=dns:localhost",
                                "-keystore",
                                file.toString(),
                                "-storepass",
                                new String(PASSWORD))
                        .inheritIO()
                        .start();
        assertThat(made.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        String certificate =
                Base64.getMimeEncoder().encodeToString(store.getCertificate(name).getEncoded());
        Files.writeString(
                home.resolve("tls/" + name + ".pem"),
                "-----BEGIN CERTIFICATE-----\n" + certificate + "\n-----END CERTIFICATE-----\n");
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        return keys;
    }

    private static SSLContext trusting(Path pem) throws IOException, GeneralSecurityException {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        try (var in = Files.newInputStream(pem)) {
            trust.setCertificateEntry(
                    "orion",
                    java.security.cert.CertificateFactory.getInstance("X.509")
                            .generateCertificate(in));
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trust);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
