// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.launcher.Orion;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Two Orions in one process, where a library is loaded into several class loaders. */
@EnabledOnOs(OS.LINUX)
class TwoOrionsIT {

    private static final String CONFIGURATION =
            """
            {
              "dev.orion.listener~web": { "uri": "http://127.0.0.1:0" },
              "dev.orion.channel~long": { "pattern": "long", "history": 100 }
            }
            """;

    @TempDir Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void bothMakeBr() throws Exception {
        try (Orion second = start("second")) {
            try (Orion first = start("first")) {
                awaitBr(first);
                awaitBr(second);
                awaitBr(first);
            }
            awaitBr(second);
        }
        // The class loader of the former may still have the copy of the library in this home.
        try (Orion again = start("first")) {
            assertThat(coding(again)).isIn("br", "gzip");
            assertThat(coding(again)).isIn("br", "gzip");
        }
    }

    private Orion start(String name) throws Exception {
        Orion orion = Orion.builder().home(folder.resolve(name)).config(CONFIGURATION).start();
        for (int i = 0; i < 100; i++) {
            String data = "{\"channel\":\"long\",\"data\":{\"text\":\"hello\",\"number\":%d}}";
            assertThat(ask(orion, "publish", data.formatted(i)).statusCode()).isEqualTo(200);
        }
        return orion;
    }

    private void awaitBr(Orion orion) throws Exception {
        Await.until("br", Duration.ofSeconds(10), () -> coding(orion).equals("br"));
    }

    private String coding(Orion orion) throws Exception {
        var answer = ask(orion, "history", "{\"channel\":\"long\",\"limit\":-1}");
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.headers().firstValue("Content-Encoding").orElse("");
    }

    private HttpResponse<byte[]> ask(Orion orion, String method, String body) throws Exception {
        int port = orion.listeners().get(0).endpoint().port();
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/" + method))
                        .header(
                                "X-API-Key",
                                Files.readString(orion.home().resolve("conf/api.key")).strip())
                        .header("Accept-Encoding", "br, gzip")
                        .POST(BodyPublishers.ofString(body))
                        .build();
        return http.send(request, BodyHandlers.ofByteArray());
    }
}
