// SPDX-License-Identifier: Apache-2.0
package dev.orion.examples.embedded;

import dev.orion.access.ServerKeys;
import dev.orion.launcher.Orion;
import dev.orion.message.Message;
import dev.orion.message.Payload;
import dev.orion.realtime.RealtimeManager;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An application that has two Orions inside, each with a home and a port of its own. */
public final class EmbeddedHost {

    private static final String CONFIGURATION =
            """
            {
              "dev.orion.listener~web": { "uri": "http://127.0.0.1:0" },
              "dev.orion.channel~all": { "pattern": "#" }
            }
            """;

    private EmbeddedHost() {}

    /**
     * Starts both, talks with each, and stops them.
     *
     * @param arguments the folder for their homes; {@code embedded-homes} if there is none
     */
    public static void main(String[] arguments) throws Exception {
        Path homes = Path.of(arguments.length == 0 ? "embedded-homes" : arguments[0]);
        try (Orion first = start("first", homes);
                Orion second = start("second", homes)) {
            talk("first", first);
            talk("second", second);
        }
        System.out.println("both have stopped");
    }

    private static Orion start(String name, Path homes) {
        return Orion.builder()
                .home(homes.resolve(name))
                .config(CONFIGURATION)
                .host(OwnKeys.class, new OwnKeys("key-of-" + name))
                .start();
    }

    private static void talk(String name, Orion orion) throws Exception {
        RealtimeManager realtime = orion.service(RealtimeManager.class);
        System.out.println(name + ": published and received " + roundTrip(realtime, "{\"n\":1}"));

        var received = new CompletableFuture<Message>();
        try (var subscription = realtime.subscribe("news", received::complete)) {
            System.out.println(name + ": wrong key, HTTP " + post(orion, "key-of-nobody"));
            System.out.println(name + ": our key, HTTP " + post(orion, "key-of-" + name));
            System.out.println(name + ": " + subscription.channel() + " had " + text(received));
        }
    }

    /** Publishes and receives in this process. */
    private static String roundTrip(RealtimeManager realtime, String json) throws Exception {
        var received = new CompletableFuture<Message>();
        try (var subscription = realtime.subscribe("news", received::complete)) {
            realtime.publish(subscription.channel(), Payload.json(json));
            return text(received);
        }
    }

    private static String text(CompletableFuture<Message> received) throws Exception {
        return received.get(10, TimeUnit.SECONDS).payload().text();
    }

    /** Publishes from outside, which takes a key: the bundle behind the listener asks us. */
    private static int post(Orion orion, String key) throws IOException, InterruptedException {
        int port = orion.listeners().get(0).endpoint().port();
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/publish"))
                        .header("X-API-Key", key)
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"channel\":\"news\",\"data\":{\"n\":2}}"))
                        .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** A service of the host: bundles that look for the API's type find it. */
    record OwnKeys(String key) implements ServerKeys {
        @Override
        public boolean opensApi(String candidate) {
            return key.equals(candidate);
        }
    }
}
