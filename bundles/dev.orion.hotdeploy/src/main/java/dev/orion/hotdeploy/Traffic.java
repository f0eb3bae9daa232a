// SPDX-License-Identifier: Apache-2.0
package dev.orion.hotdeploy;

import dev.orion.protocol.ProtocolInfo;
import dev.orion.protocol.ProtocolManager;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;

/** What flows through a bundle, as the protocol manager sees it. */
final class Traffic {

    private final Supplier<Optional<ProtocolManager>> manager;

    Traffic(Supplier<Optional<ProtocolManager>> manager) {
        this.manager = manager;
    }

    /** How many connections a bundle's protocols serve. */
    int connections(Bundle bundle) {
        return of(bundle).mapToInt(ProtocolInfo::connections).sum();
    }

    /** The protocols that a bundle speaks. */
    Set<String> names(Bundle bundle) {
        return of(bundle).map(ProtocolInfo::name).collect(Collectors.toUnmodifiableSet());
    }

    private Stream<ProtocolInfo> of(Bundle bundle) {
        return manager.get().stream()
                .flatMap(known -> known.protocols().stream())
                .filter(info -> info.bundleId() == bundle.getBundleId());
    }
}
