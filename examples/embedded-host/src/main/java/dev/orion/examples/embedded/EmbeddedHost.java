// SPDX-License-Identifier: Apache-2.0
package dev.orion.examples.embedded;

import dev.orion.access.ServerKeys;
import dev.orion.launcher.Orion;
import dev.orion.message.Message;
import dev.orion.message.Payload;
import dev.orion.realtime.RealtimeManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An application that has two Orions inside, each with a home and ports of its own. */
public final class EmbeddedHost {

    private static final String CONFIGURATION =
            """
            {
              "dev.orion.listener~web": { "uri": "http://127.0.0.1:0" },
              "dev.orion.channel~all": { "pattern": "#" }
            }
            """;

    private EmbeddedHost() {}

    /** Publishes from one thread to a receiver in the same process, in two Orions. */
    public static void main(String[] arguments) throws Exception {
        try (Orion first = start("first");
                Orion second = start("second")) {
            System.out.println("first listens on " + first.listeners().get(0).endpoint());
            System.out.println("second listens on " + second.listeners().get(0).endpoint());
            System.out.println("first received " + roundTrip(first, "{\"from\":\"first\"}"));
            System.out.println("second received " + roundTrip(second, "{\"from\":\"second\"}"));
        }
        System.out.println("both have stopped");
    }

    private static Orion start(String name) throws IOException {
        Path home = Files.createTempDirectory("orion-" + name);
        return Orion.builder()
                .home(home)
                .config(CONFIGURATION)
                .host(OwnKeys.class, new OwnKeys("key of " + name))
                .start();
    }

    private static String roundTrip(Orion orion, String json) throws Exception {
        var received = new CompletableFuture<Message>();
        RealtimeManager realtime = orion.service(RealtimeManager.class);
        try (var subscription = realtime.subscribe("news", received::complete)) {
            realtime.publish("news", Payload.json(json));
            return received.get(10, TimeUnit.SECONDS).payload().text()
                    + " on "
                    + subscription.channel();
        }
    }

    /** A service of the host: plug-ins that look for the API's type find it. */
    record OwnKeys(String key) implements ServerKeys {
        @Override
        public boolean opensApi(String candidate) {
            return key.equals(candidate);
        }
    }
}
