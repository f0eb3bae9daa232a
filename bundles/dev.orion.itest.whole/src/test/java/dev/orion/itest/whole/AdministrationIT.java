// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.ConnectionEvent;
import dev.orion.net.ConnectionEvent.Connected;
import dev.orion.net.ConnectionEvent.Data;
import dev.orion.net.ConnectionEvent.Disconnected;
import dev.orion.net.ConnectionListener;
import dev.orion.net.ListensTo;
import dev.orion.net.NetworkManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.inject.Inject;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** What administrators see of connections, and nobody else. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class AdministrationIT {

    private static final String ADMIN_LISTENER =
            """
            , "dev.orion.listener~admin": { "uri": "http://127.0.0.1:0", "serves": "admin" }
            """;

    @Inject private BundleContext context;

    private final HttpClient http = HttpClient.newHttpClient();
    private Product product;
    private String key;

    @Configuration
    public Option[] assembly() throws Exception {
        return Assembly.options(Configurations.withTcpPort(0, ADMIN_LISTENER));
    }

    @Before
    public void start() throws Exception {
        product = Product.of(context);
        product.awaitServing("web", "tcp", "admin");
        key = Files.readString(product.home().resolve("conf/admin.key")).strip();
    }

    @Test
    public void listsConnectionsForWhoHasTheKey() throws Exception {
        try (var client = new LineClient(product.port("tcp"))) {
            client.ask("{\"id\":1,\"connect\":{}}");
            String id = idOfNewest("tcp");

            String body = get("admin", "/admin/connections?limit=1000", "X-API-Key", key).body();

            assertThat(body)
                    .contains("\"id\":\"" + id + "\",\"listener\":\"tcp\"")
                    .contains("\"protocol\":\"tcp\"")
                    .contains("\"total\":");
            assertThat(get("admin", "/admin/clients", "Authorization", "Bearer " + key).body())
                    .contains("\"connection\":\"" + id + "\"");
            assertThat(get("admin", "/admin/listeners", "X-API-Key", key).body())
                    .contains("\"name\":\"admin\"")
                    .contains("\"defences\":{}");
            assertThat(get("admin", "/admin/channels", "X-API-Key", key).body())
                    .startsWith("{\"channels\":[");
        }
    }

    @Test
    public void leadsFromPageToPage() throws Exception {
        try (var one = new LineClient(product.port("tcp"));
                var two = new LineClient(product.port("tcp"))) {
            one.ask("{\"id\":1,\"connect\":{}}");
            two.ask("{\"id\":1,\"connect\":{}}");

            String first = get("admin", "/admin/connections?limit=1", "X-API-Key", key).body();
            String cursor = first.replaceAll(".*\"next\":\"([^\"]+)\".*", "$1");
            String second =
                    get("admin", "/admin/connections?limit=1&cursor=" + cursor, "X-API-Key", key)
                            .body();

            assertThat(second).contains("\"id\":").isNotEqualTo(first);
        }
    }

    @Test
    public void refusesWhoHasNoKeyOrAnother() throws Exception {
        String api = Files.readString(product.home().resolve("conf/api.key")).strip();

        HttpResponse<String> without = get("admin", "/admin/connections", "X-Nothing", "x");
        assertThat(without.statusCode()).isEqualTo(401);
        assertThat(without.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(without.body()).doesNotContain("conn_");
        assertThat(status("admin", "/admin/connections", "X-API-Key", api)).isEqualTo(401);
        assertThat(status("admin", "/admin/connections", "X-API-Key", "")).isEqualTo(401);
        assertThat(status("admin", "/admin/connections", "Authorization", "Basic " + key))
                .isEqualTo(401);
        assertThat(status("admin", "/admin/nothing", "X-API-Key", key)).isEqualTo(404);
        assertThat(status("admin", "/admin/connections?limit=0", "X-API-Key", key)).isEqualTo(400);
    }

    @Test
    public void isNotFoundOnThePublicListenerNorThePublicOnItsOwn() throws Exception {
        assertThat(status("web", "/admin/connections", "X-API-Key", key)).isEqualTo(404);
        assertThat(status("web", "/echo", "X-API-Key", key)).isEqualTo(200);
        assertThat(status("admin", "/echo", "X-API-Key", key)).isEqualTo(404);
        assertThat(status("admin", "/api/info", "X-API-Key", key)).isEqualTo(404);
    }

    @Test
    public void publishesConnectionsForAdministratorsOnly() throws Exception {
        String subscribe = "{\"id\":2,\"subscribe\":{\"channel\":\"$sys/connections\"}}";
        String publish = "{\"id\":3,\"publish\":{\"channel\":\"$sys/connections\",\"data\":{}}}";
        try (var admin = new LineClient(product.port("tcp"));
                var other = new LineClient(product.port("tcp"))) {
            admin.ask("{\"id\":1,\"connect\":{\"token\":\"" + key + "\"}}");
            other.ask("{\"id\":1,\"connect\":{}}");
            assertThat(other.ask(subscribe)).contains("\"code\":103");
            assertThat(other.ask(publish)).contains("\"code\":103");
            assertThat(admin.ask(publish)).contains("\"code\":103");
            assertThat(admin.ask(subscribe)).contains("\"subscribe\":{");

            String id;
            try (var guest = new LineClient(product.port("tcp"))) {
                guest.ask("{\"id\":1,\"connect\":{}}");
                id = idOfNewest("tcp");
                hear(admin, "\"event\":\"connected\",\"connection\":\"" + id + "\"");
            }
            hear(admin, "\"event\":\"disconnected\",\"connection\":\"" + id + "\"");
        }
    }

    @Test
    public void refusesWhatTheServerApiWantsOfSystemChannels() throws Exception {
        String api = Files.readString(product.home().resolve("conf/api.key")).strip();
        String channel = "\"channel\":\"$sys/connections\"";

        assertThat(post("/api/publish", "{" + channel + ",\"data\":{}}", api))
                .contains("\"code\":103");
        assertThat(post("/api/subscribe", "{" + channel + ",\"user\":\"u\"}", api))
                .contains("\"code\":103");
    }

    private String post(String path, String body, String apiKey) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + product.port("web") + path))
                        .header("X-API-Key", apiKey)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    @Test
    public void refusesATokenThatIsNotTheKey() throws Exception {
        try (var client = new LineClient(product.port("tcp"))) {
            client.say("{\"id\":1,\"connect\":{\"token\":\"" + key + "x\"}}");

            assertThat(client.hear()).contains("3500");
        }
    }

    @Test
    public void tellsListenersAsLongAsTheyAreRegistered() throws Exception {
        Queue<ConnectionEvent> told = new ConcurrentLinkedQueue<>();
        Queue<ConnectionEvent> bytes = new ConcurrentLinkedQueue<>();
        var wantsData = FrameworkUtil.asDictionary(Map.of(ListensTo.PROPERTY, ListensTo.DATA));
        var plain = context.registerService(ConnectionListener.class, told::add, null);
        var data = context.registerService(ConnectionListener.class, bytes::add, wantsData);
        try (var client = new LineClient(product.port("tcp"))) {
            client.ask("{\"id\":1,\"connect\":{}}");
        }
        Await.until("the end", () -> told.stream().anyMatch(Disconnected.class::isInstance));
        Await.until("bytes", () -> bytes.stream().anyMatch(Data.class::isInstance));
        assertThat(told).hasAtLeastOneElementOfType(Connected.class);
        assertThat(told).noneMatch(Data.class::isInstance);

        plain.unregister();
        int before = told.size();
        try (var client = new LineClient(product.port("tcp"))) {
            client.ask("{\"id\":1,\"connect\":{}}");
            String id = idOfNewest("tcp");
            Await.until(
                    "the other listener",
                    () ->
                            bytes.stream()
                                    .filter(Connected.class::isInstance)
                                    .map(Connected.class::cast)
                                    .anyMatch(came -> came.connection().id().equals(id)));
        }
        assertThat(told).hasSize(before);
        data.unregister();
    }

    private static void hear(LineClient client, String text) throws Exception {
        String line = client.hear();
        while (line != null && !line.contains(text)) {
            line = client.hear();
        }
        assertThat(line).contains(text);
    }

    private String idOfNewest(String listener) {
        return product.service(NetworkManager.class).connections().stream()
                .filter(connection -> connection.listener().equals(listener))
                .reduce((earlier, later) -> later)
                .orElseThrow()
                .id();
    }

    private int status(String listener, String path, String field, String value) throws Exception {
        return get(listener, path, field, value).statusCode();
    }

    private HttpResponse<String> get(String listener, String path, String field, String value)
            throws Exception {
        var request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + product.port(listener) + path))
                        .header(field, value)
                        .GET()
                        .build();
        return http.send(request, BodyHandlers.ofString());
    }
}
