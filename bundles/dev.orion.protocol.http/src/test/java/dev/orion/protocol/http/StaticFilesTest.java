// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.http.FileSource;
import dev.orion.http.HttpService;
import dev.orion.testkit.TestServer;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Static files over real sockets, to a client that others wrote. */
class StaticFilesTest {

    private static final byte[] SCRIPT = "let answer = 42;\n".repeat(100).getBytes(UTF_8);
    private static final Map<String, byte[]> FILES =
            Map.of(
                    "index.html", "<p>hello</p>".getBytes(UTF_8),
                    "app.js", SCRIPT,
                    "made.css", "a{}".repeat(500).getBytes(UTF_8),
                    "made.css.br", "not really brotli".getBytes(UTF_8),
                    "made.css.gz", "not really gzip".getBytes(UTF_8));

    private final FakeEncoder encoder = new FakeEncoder();
    private final TestServer server =
            new TestServer(
                    "http",
                    new HttpProtocol(
                            HttpPeer.SETTINGS,
                            List.of(
                                    at("/c", null),
                                    at("/b", encoder),
                                    at(
                                            "/r",
                                            FileSource.resources(String.class, "/java/lang"),
                                            null))));
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static Map.Entry<Map<String, Object>, HttpService> at(
            String path, FakeEncoder encoder) {
        return at(path, name -> Optional.ofNullable(FILES.get(name)), encoder);
    }

    private static Map.Entry<Map<String, Object>, HttpService> at(
            String path, FileSource files, FakeEncoder encoder) {
        return Map.entry(
                Map.of("http.path", new String[] {path, path + "/*"}),
                new FilesInMemory(encoder).at(path, files));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void servesAFileAndAFoldersIndex() throws Exception {
        HttpResponse<byte[]> page = get("/c/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(text(page)).isEqualTo("<p>hello</p>");
        assertThat(field(page, "content-type")).isEqualTo("text/html; charset=utf-8");
        assertThat(field(page, "accept-ranges")).isEqualTo("bytes");
        assertThat(field(page, "cache-control")).isEqualTo("no-cache");
        assertThat(field(page, "etag")).startsWith("\"");
        assertThat(get("/c/index.html").body()).isEqualTo(page.body());
        assertThat(get("/c").body()).isEqualTo(page.body());
    }

    @Test
    void knowsNothingElse() throws Exception {
        for (String path :
                List.of("/c/none", "/c/..%2f..%2fetc", "/c/%2e%2e/index.html", "/c/a%00")) {
            assertThat(get(path).statusCode()).as(path).isIn(400, 404);
        }
    }

    @Test
    void servesTheResourcesOfABundle() throws Exception {
        HttpResponse<byte[]> resource = get("/r/String.class");

        assertThat(resource.statusCode()).isEqualTo(200);
        assertThat(resource.body()).startsWith(0xca, 0xfe, 0xba, 0xbe);
        assertThat(get("/r/None.class").statusCode()).isEqualTo(404);
    }

    @Test // RFC 9110 §9.3.2
    void answersHeadWithoutABody() throws Exception {
        HttpRequest head =
                request("/c/app.js")
                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                        .header("Range", "bytes=0-1")
                        .build();
        HttpResponse<byte[]> answer = client.send(head, BodyHandlers.ofByteArray());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(field(answer, "content-length")).isEqualTo(Integer.toString(SCRIPT.length));
    }

    @Test // RFC 9110 §12.5.3, §8.8.3.3
    void sendsTheCodingThatIsAskedFor() throws Exception {
        HttpResponse<byte[]> plain = get("/c/app.js");
        HttpResponse<byte[]> gzip = get("/c/app.js", "Accept-Encoding", "gzip, deflate, br");

        assertThat(field(plain, "content-encoding")).isEmpty();
        assertThat(field(plain, "vary")).isEqualTo("accept-encoding");
        assertThat(plain.body()).isEqualTo(SCRIPT);
        assertThat(field(gzip, "content-encoding")).isEqualTo("gzip");
        assertThat(gzip.body().length).isLessThan(SCRIPT.length / 5);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(gzip.body())).readAllBytes())
                .isEqualTo(SCRIPT);
        assertThat(field(gzip, "etag")).isNotEqualTo(field(plain, "etag"));
    }

    @Test
    void prefersWhatWasCompressedBefore() throws Exception {
        assertThat(text(get("/c/made.css", "Accept-Encoding", "gzip, br")))
                .isEqualTo("not really brotli");
        assertThat(text(get("/c/made.css", "Accept-Encoding", "gzip")))
                .isEqualTo("not really gzip");
        assertThat(field(get("/c/", "Accept-Encoding", "gzip"), "content-encoding")).isEmpty();
    }

    @Test // RFC 9110 §12.5.3, §8.8.3.3
    void makesBrOnceForThoseWhoLikeItNoLess() throws Exception {
        HttpResponse<byte[]> br = get("/b/app.js", "Accept-Encoding", "gzip, br");
        HttpResponse<byte[]> again = get("/b/app.js", "Accept-Encoding", "br");
        HttpResponse<byte[]> gzip = get("/b/app.js", "Accept-Encoding", "gzip, br;q=0.9");
        HttpResponse<byte[]> plain = get("/b/app.js", "Accept-Encoding", "br;q=0");

        assertThat(text(br)).isEqualTo("br 1 of " + SCRIPT.length);
        assertThat(field(br, "content-encoding")).isEqualTo("br");
        assertThat(again.body()).isEqualTo(br.body());
        assertThat(field(gzip, "content-encoding")).isEqualTo("gzip");
        assertThat(plain.body()).isEqualTo(SCRIPT);
        assertThat(List.of(br, again, gzip, plain))
                .allMatch(answer -> field(answer, "vary").equals("accept-encoding"))
                .allMatch(answer -> field(answer, "etag").startsWith("\""))
                .extracting(answer -> field(answer, "etag"))
                .containsExactly(
                        field(br, "etag"),
                        field(br, "etag"),
                        field(gzip, "etag"),
                        field(plain, "etag"))
                .satisfies(tags -> assertThat(Set.copyOf(tags)).hasSize(3));
    }

    @Test // RFC 9110 §14.2, §15.3.7: a range is one of the coded bytes
    void sendsAPartOfWhatItMade() throws Exception {
        String etag = field(get("/b/app.js", "Accept-Encoding", "br"), "etag");
        HttpResponse<byte[]> part =
                get("/b/app.js", "Accept-Encoding", "br", "Range", "bytes=3-3", "If-Range", etag);
        HttpResponse<byte[]> other =
                get("/b/app.js", "Accept-Encoding", "gzip", "Range", "bytes=3-3", "If-Range", etag);
        HttpResponse<byte[]> same =
                get("/b/app.js", "Accept-Encoding", "br", "If-None-Match", etag);

        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(text(part)).isEqualTo("1");
        assertThat(field(part, "content-encoding")).isEqualTo("br");
        assertThat(field(part, "content-range"))
                .isEqualTo("bytes 3-3/" + ("br 1 of " + SCRIPT.length).length());
        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(field(same, "vary")).isEqualTo("accept-encoding");
    }

    @Test
    void sendsGzipUntilBrCanBeMade() throws Exception {
        encoder.isLoading = true;
        assertThat(field(get("/b/app.js", "Accept-Encoding", "br, gzip"), "content-encoding"))
                .isEqualTo("gzip");
        HttpResponse<byte[]> plain = get("/b/app.js", "Accept-Encoding", "br");
        assertThat(plain.body()).isEqualTo(SCRIPT);
        assertThat(field(plain, "vary")).isEqualTo("accept-encoding");

        encoder.isLoading = false;
        assertThat(field(get("/b/app.js", "Accept-Encoding", "br, gzip"), "content-encoding"))
                .isEqualTo("br");
    }

    @Test
    void makesNoBrOfWhatHasItNorOfWhatDoesNotPay() throws Exception {
        assertThat(text(get("/b/made.css", "Accept-Encoding", "br")))
                .isEqualTo("not really brotli");
        HttpResponse<byte[]> shortOne = get("/b/", "Accept-Encoding", "br");

        assertThat(text(shortOne)).isEqualTo("<p>hello</p>");
        assertThat(field(shortOne, "vary")).isEmpty();
        assertThat(encoder.got).isZero();
    }

    @Test // RFC 9110 §13.1.2, §15.4.5
    void saysThatNothingHasChanged() throws Exception {
        HttpResponse<byte[]> first = get("/c/app.js");
        HttpResponse<byte[]> again = get("/c/app.js", "If-None-Match", field(first, "etag"));
        HttpResponse<byte[]> later =
                get("/c/app.js", "If-Modified-Since", field(first, "last-modified"));

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(field(again, "etag")).isEqualTo(field(first, "etag"));
        assertThat(field(again, "vary")).isEqualTo("accept-encoding");
        assertThat(later.statusCode()).isEqualTo(304);
        assertThat(get("/c/app.js", "If-Match", "\"other\"").statusCode()).isEqualTo(412);
    }

    @Test // RFC 9110 §14.4, §15.3.7.1
    void sendsAPart() throws Exception {
        HttpResponse<byte[]> part = get("/c/app.js", "Range", "bytes=4-9");

        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(text(part)).isEqualTo("answer");
        assertThat(field(part, "content-range")).isEqualTo("bytes 4-9/" + SCRIPT.length);
    }

    @Test // RFC 9110 §14.6, §15.3.7.2
    void sendsSeveralParts() throws Exception {
        HttpResponse<byte[]> parts = get("/c/index.html", "Range", "bytes=0-2,-4");

        assertThat(parts.statusCode()).isEqualTo(206);
        String type = field(parts, "content-type");
        assertThat(type).startsWith("multipart/byteranges; boundary=");
        String boundary = type.substring(type.indexOf('=') + 1);
        assertThat(text(parts))
                .isEqualTo(
                        "\r\n--B\r\ncontent-type: text/html; charset=utf-8\r\n"
                                .concat("content-range: bytes 0-2/12\r\n\r\n<p>\r\n--B\r\n")
                                .concat("content-type: text/html; charset=utf-8\r\n")
                                .concat("content-range: bytes 8-11/12\r\n\r\n</p>\r\n--B--\r\n")
                                .replace("B\r\n", boundary + "\r\n")
                                .replace("B--", boundary + "--"));
        assertThat(field(parts, "content-range")).isEmpty();
    }

    @Test // RFC 9110 §15.5.17
    void refusesAPartThatIsNotThere() throws Exception {
        HttpResponse<byte[]> answer = get("/c/index.html", "Range", "bytes=12-");

        assertThat(answer.statusCode()).isEqualTo(416);
        assertThat(field(answer, "content-range")).isEqualTo("bytes */12");
        assertThat(answer.body()).isEmpty();
    }

    @Test // RFC 9110 §13.1.5
    void sendsAllWhenThePartIsOfAnotherVersion() throws Exception {
        String etag = field(get("/c/app.js"), "etag");

        assertThat(get("/c/app.js", "Range", "bytes=0-1", "If-Range", etag).statusCode())
                .isEqualTo(206);
        assertThat(get("/c/app.js", "Range", "bytes=0-1", "If-Range", "\"old\"").statusCode())
                .isEqualTo(200);
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(10));
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), UTF_8);
    }

    private static String field(HttpResponse<byte[]> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
