// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import dev.orion.protocol.Connection;
import dev.orion.protocol.Protocol;
import dev.orion.protocol.ProtocolInfo;
import dev.orion.protocol.ProtocolManager;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocol plug-ins, in one immutable snapshot that is swapped as a whole.
 *
 * <p><b>Threads:</b> {@link #serve} is called on the connection's event loop, the rest on any.
 */
final class Protocols implements ProtocolManager {

    private static final Logger log = LoggerFactory.getLogger("agent.protocol_manager");

    private final AtomicReference<Snapshot> snapshot = new AtomicReference<>(Snapshot.EMPTY);
    private final Set<Binding> leaving = ConcurrentHashMap.newKeySet();
    private final Farewell farewell;
    private final Announcer announcer;

    Protocols(Farewell farewell, Announcer announcer) {
        this.farewell = farewell;
        this.announcer = announcer;
    }

    @Override
    public boolean speaks(String name) {
        return snapshot.get().current(name) != null;
    }

    @Override
    public boolean serve(Connection connection) {
        String name = connection.endpoint().protocol();
        Binding binding = snapshot.get().current(name);
        while (binding != null) {
            if (binding.serve(connection)) {
                return true;
            }
            // It left between the look and the call; the snapshot without it is there by now.
            binding = snapshot.get().current(name);
        }
        return false;
    }

    @Override
    public List<ProtocolInfo> protocols() {
        var infos = new ArrayList<>(snapshot.get().infos());
        leaving.forEach(binding -> infos.add(binding.info(false)));
        infos.sort(Comparator.comparing(ProtocolInfo::name)); // the others stay best first
        return List.copyOf(infos);
    }

    /** New connections of that name go to it from now on, unless there is a better one. */
    void add(String name, Protocol protocol, Source source) {
        var binding = new Binding(name, protocol, source);
        snapshot.updateAndGet(now -> now.with(binding));
        record("Protocol registered", binding);
        announcer.changed();
    }

    /** Takes a plug-in out and tells its connections; returns when they have been told. */
    void remove(Protocol protocol) {
        Optional<Binding> found = snapshot.get().of(protocol);
        if (found.isEmpty()) {
            return;
        }
        Binding binding = found.get();
        leaving.add(binding);
        snapshot.updateAndGet(now -> now.without(binding));
        List<Served> served = binding.leave(() -> leaving.remove(binding));
        record("Protocol removed", binding);
        announcer.changed();
        farewell.say(served);
    }

    /** Takes all plug-ins out at once. */
    void close() {
        List<Served> served = new ArrayList<>();
        snapshot.getAndSet(Snapshot.EMPTY)
                .all()
                .forEach(binding -> served.addAll(binding.leave(() -> {})));
        farewell.say(served);
    }

    private static void record(String what, Binding binding) {
        log.atInfo()
                .addKeyValue("protocol", binding.name())
                .addKeyValue("bundle", binding.source().bundle())
                .addKeyValue("version", binding.source().version())
                .log(what);
    }
}
