// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static dev.orion.protocol.http.HttpPeer.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.http.HttpService;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("StringConcatToTextBlock") // the lines of HTTP end in CR LF
class DispatchTest {

    private final HttpPeer peer =
            HttpPeer.of(
                    at("/", named("root")),
                    at("/a", named("a")),
                    at("/a/*", named("below a")),
                    at("/a/b/*", named("below b")),
                    HttpPeer.upgrade("/up", named("up")),
                    HttpPeer.upgrade("/both", named("upgraded")),
                    at("/both", named("plain")));

    @ParameterizedTest
    @CsvSource({
        "/, root",
        "/a, a",
        "/a?x=y, a",
        "/%61, a",
        "http://localhost:8080/a, a",
        "/a/, below a",
        "/a/c, below a",
        "/a/b, below b",
        "/a/b/c/d, below b",
        "/both, plain"
    })
    void findsTheMostSpecificService(String target, String service) {
        try (peer) {
            assertThat(request("GET " + target, "")).endsWith("\r\n\r\n" + service + "\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET /b, 404",
        "GET /aa, 404",
        "GET //a, 404",
        "PUT /a, 405",
        "BREW /a, 501",
        "BREW /b, 501",
        "TRACE /a, 405",
        "OPTIONS /a, 204",
        "OPTIONS *, 204",
        "GET /up, 426",
        "HEAD /a, 200"
    })
    void answersWhatNobodyServesAndKeepsTheConnection(String request, int status) {
        try (peer) {
            assertThat(request(request, "")).startsWith("HTTP/1.1 " + status + " ");
            assertThat(peer.channel.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "public, GET /admin/x, 404",
        "public, PUT /admin/x, 404",
        "public, GET /shared/x, 200",
        "public, GET /shared/secret, 200", // the public one behind it
        "admin, GET /admin/x, 200",
        "admin, PUT /admin/x, 405",
        "admin, GET /shared/x, 404",
        "admin, GET /shared/secret, 200",
        "admin|public, GET /admin/x, 200",
        "admin|public, GET /shared/x, 200",
    })
    void findsOnlyWhatTheListenerServes(String serves, String request, int status) {
        var admin =
                HttpPeer.of(
                        Set.of(serves.split("\\|")),
                        HttpPeer.area("/admin/*", "admin", named("admin")),
                        HttpPeer.area("/shared/secret", "admin", named("secret")),
                        at("/shared/*", named("shared")));
        try (peer;
                admin) {
            assertThat(admin.send(request + " HTTP/1.1\r\nHost: localhost:8080\r\n\r\n"))
                    .startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @Test // RFC 9110 §7.8, §15.5.22
    void saysWhichUpgradeIsNeeded() {
        try (var peer = HttpPeer.of(HttpPeer.upgrade("/up", exchange -> {}))) {
            assertThat(peer.send("GET /up HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .startsWith("HTTP/1.1 426 ")
                    .contains("upgrade: websocket\r\n", "connection: upgrade\r\n");
            assertThat(peer.channel.isOpen()).isTrue();
        }
    }

    @Test
    void saysWhatIsAllowed() {
        try (peer) {
            assertThat(request("PUT /a", "")).contains("allow: GET, HEAD, OPTIONS, POST\r\n");
            assertThat(request("OPTIONS /a", "")).contains("allow: GET, HEAD, OPTIONS, POST\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/both, websocket, upgraded",
        "/both, WebSocket, upgraded",
        "/both, 'h2c, websocket', upgraded",
        "/both, h2c, plain",
        "/a, websocket, a"
    })
    void looksAtTheUpgradeThatIsOffered(String path, String offer, String service) {
        try (peer) {
            String fields = "Connection: Upgrade\r\nUpgrade: " + offer + "\r\n";

            assertThat(request("GET " + path, fields)).endsWith(service + "\n");
        }
    }

    @Test
    void ignoresAnUpgradeThatIsNotOfTheConnection() {
        try (peer) {
            assertThat(request("GET /both", "Upgrade: websocket\r\n")).endsWith("plain\n");
        }
    }

    @Test
    void prefersTheHigherRankingThenTheNewer() {
        HttpPeer several =
                HttpPeer.of(ranked(1, 0, "old"), ranked(3, 0, "new"), ranked(2, 0, "middle"));
        try (several) {
            assertThat(several.send("GET /r HTTP/1.0\r\n\r\n")).endsWith("new\n");
        }
        HttpPeer ranked = HttpPeer.of(ranked(1, 5, "high"), ranked(2, 0, "low"));
        try (ranked) {
            assertThat(ranked.send("GET /r HTTP/1.0\r\n\r\n")).endsWith("high\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:8080, http://localhost:8080, 200",
        "127.0.0.1:8080, http://localhost:8080, 200",
        "localhost:8080, http://127.0.0.1:8080, 200",
        "[::1]:8080, http://localhost:8080, 200",
        "LOCALHOST:8080, http://localhost:8080, 200",
        "localhost, http://localhost, 200",
        "localhost, https://localhost, 200",
        "localhost:8080, https://app.example, 200",
        "localhost:8080, https://APP.example, 200",
        "localhost:8080, http://app.example, 403",
        "localhost:8080, http://localhost:8081, 403",
        "localhost:8080, http://localhost, 403",
        "localhost:8080, http://evil.example:8080, 403",
        "evil.example:8080, http://evil.example:8080, 403",
        "localhost:8080, http://localhost.evil.example:8080, 403",
        "localhost:8080, null, 403",
        "localhost:8080, file://, 403",
        "localhost:8080, localhost:8080, 403"
    })
    void letsOnlyItsOwnAndListedPagesAsk(String host, String origin, int status) {
        try (peer) {
            String answer =
                    peer.send(
                            "GET /a HTTP/1.1\r\nHost: "
                                    + host
                                    + "\r\nOrigin: "
                                    + origin
                                    + "\r\n\r\n");

            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @Test
    void asksForTheOriginAlsoWhereNobodyAnswersAndBeforeAnUpgrade() {
        try (peer) {
            String foreign = "Origin: http://evil.example\r\n";

            assertThat(request("GET /none", foreign)).startsWith("HTTP/1.1 403 ");
            assertThat(
                            request(
                                    "GET /up",
                                    foreign + "Connection: Upgrade\r\nUpgrade: websocket\r\n"))
                    .startsWith("HTTP/1.1 403 ");
        }
    }

    @Test
    void letsAListedPageReadTheAnswer() {
        try (peer) {
            assertThat(request("GET /a", "Origin: https://app.example\r\n"))
                    .contains("access-control-allow-origin: https://app.example\r\n")
                    .contains("vary: origin\r\n");
            assertThat(request("GET /a", "Origin: http://localhost:8080\r\n"))
                    .doesNotContain("access-control");
        }
    }

    @Test
    void answersThePreflightOfAListedPage() {
        try (peer) {
            String fields =
                    String.join(
                            "\r\n",
                            "Origin: https://app.example",
                            "Access-Control-Request-Method: POST",
                            "Access-Control-Request-Headers: content-type",
                            "");

            assertThat(request("OPTIONS /a", fields))
                    .startsWith("HTTP/1.1 204 ")
                    .contains("access-control-allow-origin: https://app.example\r\n")
                    .contains("access-control-allow-methods: POST\r\n")
                    .contains("access-control-allow-headers: content-type\r\n")
                    .doesNotContain("content-length");
            assertThat(request("OPTIONS /none", fields)).startsWith("HTTP/1.1 404 ");
            assertThat(request("OPTIONS /a", fields.replace("app", "evil")))
                    .startsWith("HTTP/1.1 403 ");
        }
    }

    private String request(String line, String fields) {
        return peer.send(line + " HTTP/1.1\r\nHost: localhost:8080\r\n" + fields + "\r\n");
    }

    private static HttpService named(String name) {
        return exchange -> exchange.respond(HttpResponseStatus.OK, name);
    }

    private static Map.Entry<Map<String, Object>, HttpService> ranked(
            long id, int ranking, String name) {
        return Map.entry(
                Map.of("http.path", "/r", "service.id", id, "service.ranking", ranking),
                named(name));
    }
}
