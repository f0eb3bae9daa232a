// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.configuration.ConfigurationManager;
import dev.orion.net.ListenerInfo;
import dev.orion.net.NetworkManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;

/** The product in the framework that the tests run in. */
final class Product {

    private static final Map<Class<?>, ServiceTracker<?, ?>> TRACKERS = new ConcurrentHashMap<>();

    private final BundleContext context;
    private final Path home;

    private Product(BundleContext context) {
        this.context = context;
        this.home = Path.of(context.getProperty("orion.home"));
    }

    /** Has it read its configuration, as the launcher does, unless it has done so before. */
    static Product of(BundleContext context) throws Exception {
        var product = new Product(context);
        ConfigurationManager configuration = product.service(ConfigurationManager.class);
        if (product.service(NetworkManager.class).listeners().isEmpty()) {
            assertThat(configuration.load()).isEmpty();
        }
        Set<String> names = configuration.names("dev.orion.listener");
        product.service(NetworkManager.class)
                .settled(names)
                .toCompletableFuture()
                .get(Await.SOON.toSeconds(), TimeUnit.SECONDS);
        return product;
    }

    BundleContext context() {
        return context;
    }

    Path home() {
        return home;
    }

    /** The bundles that make Orion, without those that only test it. */
    List<Bundle> bundles() {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().startsWith("dev.orion."))
                .filter(bundle -> bundle.getLocation().contains("/orion/bundles/"))
                .toList();
    }

    Bundle bundle(String symbolicName) {
        return bundles().stream()
                .filter(bundle -> bundle.getSymbolicName().equals(symbolicName))
                .findFirst()
                .orElseThrow(() -> new AssertionError(symbolicName + ": not installed"));
    }

    /** The service of a type, as soon as there is one; it is held, as the launcher does. */
    <T> T service(Class<T> type) {
        ServiceTracker<?, ?> tracker =
                TRACKERS.computeIfAbsent(
                        type,
                        any -> {
                            var opened = new ServiceTracker<>(context, type, null);
                            opened.open();
                            return opened;
                        });
        Await.until(type.getName(), () -> tracker.getService() != null);
        return type.cast(tracker.getService());
    }

    ListenerInfo listener(String name) {
        return service(NetworkManager.class).listeners().stream()
                .filter(listener -> listener.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no listener " + name));
    }

    int port(String listener) {
        return listener(listener).endpoint().port();
    }

    /** Returns when every listener is bound and served. */
    void awaitServing(String... names) {
        for (String name : names) {
            Await.until(
                    name + " is served",
                    () -> listener(name).state() == ListenerInfo.State.SERVING);
        }
    }

    /** Replaces the configuration in one step, as editors do. */
    void configure(String json) throws Exception {
        Path half = home.resolve("conf/orion.json.new");
        Files.writeString(half, json);
        Files.move(
                half,
                home.resolve("conf/orion.json"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    Talker talker(String transport) throws Exception {
        return switch (transport) {
            case "tcp" -> Talker.begin("tcp", () -> new LineClient(port("tcp")));
            case "websocket" -> Talker.begin("websocket", () -> new WebSocketClient(port("web")));
            case "sse" -> Talker.begin("sse", () -> new EventClient(port("web")));
            default -> throw new IllegalArgumentException(transport);
        };
    }
}
