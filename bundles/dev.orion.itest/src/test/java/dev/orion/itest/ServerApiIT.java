// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server API of a running Orion: who may use it, and what is kept for how long. */
class ServerApiIT {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String FIRST = "the-first-key-of-this-test-0123456789";
    private static final String SECOND = "the-second-key-of-this-test-0123456789";

    @TempDir Path home;

    private final HttpClient http = HttpClient.newHttpClient();
    private OrionProcess orion;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectories(home.resolve("conf"));
        configure(FIRST);
        orion = OrionProcess.start(home);
    }

    @AfterEach
    void stop() {
        orion.close();
    }

    @Test
    void takesTheConfiguredKeyAndNoOther() throws Exception {
        assertThat(home.resolve("conf/api.key")).doesNotExist();

        assertThat(call("info", "{}", "X-API-Key", FIRST)).startsWith("200");
        assertThat(call("info", "{}", "Authorization", "Bearer " + FIRST)).startsWith("200");
        assertThat(call("info", "{}", "Authorization", "apikey " + FIRST)).startsWith("200");
        assertThat(call("info", "{}", "X-API-Key", SECOND)).startsWith("401");
        assertThat(call("info", "{}", "X-API-Key", FIRST + "x")).startsWith("401");
        assertThat(call("info", "{}", "Authorization", "Basic " + FIRST)).startsWith("401");
        assertThat(call("info", "{}", "X-Nothing", "x")).startsWith("401");
        assertThat(call("info?api_key=" + FIRST, "{}", "X-Nothing", "x")).startsWith("401");
        assertThat(orion.output()).doesNotContain(FIRST).doesNotContain(SECOND);
    }

    @Test
    void takesTheNewKeyOnceItIsConfigured() throws Exception {
        configure(SECOND);

        Await.until("the new key", SOON, () -> call("info", "{}", SECOND).startsWith("200"));
        assertThat(call("info", "{}", FIRST)).startsWith("401");
    }

    @Test
    void keepsAsManyMessagesAsConfigured() throws Exception {
        for (int i = 1; i <= 5; i++) {
            publish("few/a", i);
        }

        assertThat(history("few/a"))
                .contains("\"offset\":3", "\"offset\":4", "\"offset\":5")
                .doesNotContain("\"data\":1", "\"data\":2");
    }

    @Test
    void keepsMessagesAsLongAsConfigured() throws Exception {
        publish("brief/a", 1);
        Await.until("the message has gone", SOON, () -> history("brief/a").contains("[]"));

        publish("brief/a", 2);

        assertThat(history("brief/a")).contains("\"data\":2", "\"offset\":2");
    }

    private void publish(String channel, int data) throws Exception {
        String body = "{\"channel\":\"" + channel + "\",\"data\":" + data + "}";
        assertThat(call("publish", body, FIRST)).startsWith("200 {\"result\":{");
    }

    private String history(String channel) throws Exception {
        return call("history", "{\"channel\":\"" + channel + "\",\"limit\":10}", FIRST);
    }

    private String call(String method, String body, String key) throws Exception {
        return call(method, body, "X-API-Key", key);
    }

    /** The status and the body of the answer. */
    private String call(String method, String body, String field, String value) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(orion.http() + "/api/" + method))
                        .header(field, value)
                        .POST(BodyPublishers.ofString(body))
                        .build();
        var response = http.send(request, BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    private void configure(String apiKey) throws Exception {
        Path half = home.resolve("conf/orion.json.new");
        Files.writeString(
                half,
                """
                {
                  "dev.orion.listener~web": { "uri": "http://127.0.0.1:8080" },
                  "dev.orion.server": { "apiKey": "%s" },
                  "dev.orion.channel~few": { "pattern": "few/#", "history": 3 },
                  "dev.orion.channel~brief": {
                    "pattern": "brief/#", "history": 100, "historyTtl": "1s"
                  }
                }
                """
                        .formatted(apiKey));
        Files.move(half, home.resolve("conf/orion.json"), StandardCopyOption.REPLACE_EXISTING);
    }
}
