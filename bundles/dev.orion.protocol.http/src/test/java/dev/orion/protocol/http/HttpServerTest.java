// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.http.HttpService;
import dev.orion.net.CloseReason;
import dev.orion.testkit.TestServer;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real sockets and a client that others wrote. */

class HttpServerTest {

    private static final Map.Entry<Map<String, Object>, HttpService> ECHO =
            Map.entry(
                    Map.of("http.path", "/echo", "http.methods", new String[] {"GET", "POST"}),
                    new EchoService());

    private final TestServer server =
            new TestServer("http", new HttpProtocol(HttpPeer.SETTINGS, List.of(ECHO)));
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void echoesABody() throws Exception {
        HttpResponse<String> answer =
                client.send(
                        request().header("Content-Type", "text/x")
                                .POST(BodyPublishers.ofString("hello"))
                                .build(),
                        BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(answer.headers().firstValue("content-type")).contains("text/x");
        assertThat(answer.headers().firstValue("date")).isPresent();
    }

    @Test
    void echoesMegabytesOnOneConnection() throws Exception {
        byte[] body = new byte[5_000_000];
        new Random(1).nextBytes(body);

        for (int i = 0; i < 3; i++) {
            HttpResponse<byte[]> answer =
                    client.send(
                            request().POST(BodyPublishers.ofByteArray(body)).build(),
                            BodyHandlers.ofByteArray());
            assertThat(answer.body()).isEqualTo(body);
        }
        assertThat(server.connections()).hasSize(1);
    }

    @Test
    void echoesABodyThatIsExpectedFirst() throws Exception {
        HttpResponse<String> answer =
                client.send(
                        request().expectContinue(true)
                                .POST(BodyPublishers.ofString("patience"))
                                .build(),
                        BodyHandlers.ofString());

        assertThat(answer.body()).isEqualTo("patience");
    }

    @Test
    void servesManyAtOnce() {
        List<CompletableFuture<HttpResponse<String>>> answers =
                IntStream.range(0, 100)
                        .mapToObj(i -> BodyPublishers.ofString("body " + i))
                        .map(body -> request().POST(body).build())
                        .map(request -> client.sendAsync(request, BodyHandlers.ofString()))
                        .toList();

        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i)).succeedsWithin(Duration.ofSeconds(20));
            assertThat(answers.get(i).join().body()).isEqualTo("body " + i);
        }
    }

    @Test
    void stopsReadingFromAPeerThatDoesNotReadItsEcho() throws Exception {
        try (Socket peer = connect()) {
            byte[] chunk = new byte[65_536];
            var written = new CompletableFuture<Void>();
            var writer =
                    new Thread(
                            () -> {
                                try {
                                    write(peer, head(64L * 1024 * 1024));
                                    for (int i = 0; i < 1024; i++) {
                                        peer.getOutputStream().write(chunk);
                                    }
                                    written.complete(null);
                                } catch (IOException closed) {
                                    written.completeExceptionally(closed);
                                }
                            });
            writer.start();

            Channel channel = await(() -> server.connections().peek()).channel();
            await(() -> channel.config().isAutoRead() ? null : channel);
            assertThat(written).isNotDone();
            long read = 0;
            byte[] buffer = new byte[65_536];
            while (read < 64L * 1024 * 1024) {
                int count = peer.getInputStream().read(buffer);
                assertThat(count).isPositive();
                read += count;
            }
            written.get(20, TimeUnit.SECONDS);
            writer.join();
        }
    }

    @Test
    void lingersSoThatARefusalArrives() throws Exception {
        try (Socket peer = connect()) {
            write(peer, "GET /echo HTTP/1.1\r\n\r\n" + "x".repeat(200_000));

            String answer = new String(peer.getInputStream().readAllBytes(), US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 400 ").endsWith("Bad Request\n");
        }
        assertThat(server.connections().element().whenClosed())
                .succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void noticesThatThePeerIsGone() throws Exception {
        try (Socket peer = connect()) {
            write(peer, head(100));
        }

        assertThat(await(() -> server.connections().peek()).whenClosed())
                .succeedsWithin(Duration.ofSeconds(10))
                .isEqualTo(CloseReason.CONNECTION_CLOSED);
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/echo"))
                .timeout(Duration.ofSeconds(20));
    }

    private Socket connect() throws IOException {
        Socket peer = new Socket(InetAddress.getLoopbackAddress(), server.port());
        peer.setSoTimeout(20_000);
        return peer;
    }

    private static <T> T await(Supplier<T> source) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        T value = source.get();
        while (value == null) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
            value = source.get();
        }
        return value;
    }

    private static String head(long length) {
        return "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static void write(Socket peer, String text) throws IOException {
        peer.getOutputStream().write(text.getBytes(US_ASCII));
        peer.getOutputStream().flush();
    }
}
