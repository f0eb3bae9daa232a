// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The default configuration over TLS, with clients of others that trust its certificate. */
@ParameterizedClass
@ValueSource(strings = {"boringssl", "jdk"})
class TlsIT {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir static Path home;

    private static OrionProcess orion;
    private static HttpClient client;
    private static String certificate;

    @Parameter String provider;

    @BeforeParameterizedClassInvocation
    static void start(String provider) throws Exception {
        orion =
                OrionProcess.start(
                        home, "--set", "dev.orion.manager.network:tlsProvider=" + provider);
        certificate = home.resolve("tls/dev-cert.pem").toString();
        client = HttpClient.newBuilder().sslContext(trusting(Path.of(certificate))).build();
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        if (orion != null) {
            orion.close();
        }
    }

    @Test
    void answersHttp() throws Exception {
        var request =
                HttpRequest.newBuilder(at("https", "/echo"))
                        .timeout(SOON)
                        .POST(HttpRequest.BodyPublishers.ofString("hello"))
                        .build();

        var response = client.send(request, BodyHandlers.ofString());

        assertThat(response.body()).isEqualTo("hello");
        assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
        assertThat(orion.exec("listeners").out())
                .containsPattern("https +https://.* serving")
                .contains("tls: " + provider);
        assertThat(orion.exec("listeners --json").out()).contains("\"tls\":\"" + provider + "\"");
    }

    @Test
    void speaksWebSocket() throws Exception {
        var echoed = new CompletableFuture<String>();
        WebSocket socket =
                client.newWebSocketBuilder()
                        .header("Origin", "https://localhost:" + orion.httpsPort())
                        .buildAsync(at("wss", "/echo"), new FirstText(echoed))
                        .get(10, TimeUnit.SECONDS);

        socket.sendText("hello", true);

        assertThat(echoed.get(10, TimeUnit.SECONDS)).isEqualTo("hello");
        socket.abort();
    }

    @Test
    void streamsEvents() throws Exception {
        var request =
                HttpRequest.newBuilder(at("https", "/connection/sse?channel=chat/tls"))
                        .timeout(SOON)
                        .build();

        var response = client.send(request, BodyHandlers.ofLines());

        try (var lines = response.body()) {
            assertThat(lines.filter(line -> line.startsWith("data:")).findFirst().orElseThrow())
                    .contains("\"connect\"");
        }
    }

    @Test
    void talksToCurl() throws Exception {
        assumeTrue(Tool.isThere("curl"), "skipped: no curl");
        String url = "https://localhost:" + orion.httpsPort() + "/echo";

        try (var curl = Tool.start("curl", "-sS", "--cacert", certificate, "-dfrom curl", url)) {
            curl.awaitLine(line -> line.equals("from curl"), SOON);
        }
        try (var curl = Tool.start("curl", "-sS", url)) {
            curl.awaitLine(line -> line.contains("certificate"), SOON);
        }
    }

    private static URI at(String scheme, String path) {
        return URI.create(scheme + "://localhost:" + orion.httpsPort() + path);
    }

    private static SSLContext trusting(Path pem) throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        try (var in = Files.newInputStream(pem)) {
            trust.setCertificateEntry(
                    "orion", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trust);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    private record FirstText(CompletableFuture<String> text) implements WebSocket.Listener {

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.complete(data.toString());
            return null;
        }
    }
}
