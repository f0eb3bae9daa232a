// SPDX-License-Identifier: Apache-2.0
package dev.orion.hotdeploy;

import dev.orion.http.Http2Server;
import dev.orion.http.HttpService;
import dev.orion.protocol.ProtocolInfo;
import dev.orion.protocol.ProtocolManager;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

/** What flows through a bundle, as the protocol manager and its own services see it. */
final class Traffic {

    private final Supplier<Optional<ProtocolManager>> manager;
    private final Supplier<List<Map.Entry<Map<String, Object>, HttpService>>> services;
    private final Supplier<List<Map.Entry<Map<String, Object>, Http2Server>>> http2;

    Traffic(
            Supplier<Optional<ProtocolManager>> manager,
            Supplier<List<Map.Entry<Map<String, Object>, HttpService>>> services,
            Supplier<List<Map.Entry<Map<String, Object>, Http2Server>>> http2) {
        this.manager = manager;
        this.services = services;
        this.http2 = http2;
    }

    /** How many connections a bundle's protocols and HTTP services have. */
    int connections(Bundle bundle) {
        return of(bundle).getAsInt();
    }

    /** The same as it will be from now on, also once the bundle has stopped. */
    IntSupplier of(Bundle bundle) {
        List<HttpService> behindHttp = from(bundle, services.get());
        List<Http2Server> forOthers = from(bundle, http2.get());
        return () ->
                protocols(bundle).mapToInt(ProtocolInfo::connections).sum()
                        + behindHttp.stream().mapToInt(HttpService::connections).sum()
                        + forOthers.stream().mapToInt(Http2Server::connections).sum();
    }

    private static <S> List<S> from(
            Bundle bundle, List<Map.Entry<Map<String, Object>, S>> registered) {
        return registered.stream()
                .filter(each -> isFrom(bundle, each.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static boolean isFrom(Bundle bundle, Map<String, Object> properties) {
        return Objects.equals(properties.get(Constants.SERVICE_BUNDLEID), bundle.getBundleId());
    }

    /** The protocols that a bundle speaks. */
    Set<String> names(Bundle bundle) {
        return protocols(bundle).map(ProtocolInfo::name).collect(Collectors.toUnmodifiableSet());
    }

    private Stream<ProtocolInfo> protocols(Bundle bundle) {
        return manager.get().stream()
                .flatMap(known -> known.protocols().stream())
                .filter(info -> info.bundleId() == bundle.getBundleId());
    }
}
