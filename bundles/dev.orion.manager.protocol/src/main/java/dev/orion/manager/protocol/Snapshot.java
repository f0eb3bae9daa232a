// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import dev.orion.protocol.Protocol;
import dev.orion.protocol.ProtocolInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The plug-ins at one moment, and who of them gets the new connections of each name. */
final class Snapshot {

    private static final Comparator<Binding> BY_NAME_BEST_FIRST =
            Comparator.comparing(Binding::name)
                    .thenComparing(Binding::source, Comparator.reverseOrder());

    static final Snapshot EMPTY = new Snapshot(List.of());

    private final List<Binding> all;
    private final Map<String, Binding> current;

    private Snapshot(List<Binding> bindings) {
        this.all = bindings.stream().sorted(BY_NAME_BEST_FIRST).toList();
        var best = new HashMap<String, Binding>();
        all.forEach(binding -> best.putIfAbsent(binding.name(), binding));
        this.current = Map.copyOf(best);
    }

    Snapshot with(Binding added) {
        var bindings = new ArrayList<>(all);
        bindings.add(added);
        return new Snapshot(bindings);
    }

    Snapshot without(Binding removed) {
        return new Snapshot(all.stream().filter(binding -> binding != removed).toList());
    }

    Optional<Binding> of(Protocol protocol) {
        return all.stream().filter(binding -> binding.protocol() == protocol).findFirst();
    }

    List<Binding> all() {
        return all;
    }

    /** Who gets new connections of that name; null when nobody speaks it. */
    Binding current(String name) {
        return current.get(name);
    }

    List<ProtocolInfo> infos() {
        return all.stream()
                .map(binding -> binding.info(current.get(binding.name()) == binding))
                .toList();
    }
}
