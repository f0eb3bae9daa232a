// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import dev.orion.protocol.ProtocolsListener;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the listeners that the set of protocols has changed, one call at a time and with no lock
 * held: who comes while another thread tells leaves its news to that one.
 */
final class Announcer {

    private static final Logger log = LoggerFactory.getLogger("agent.protocol_manager");

    private final Supplier<List<ProtocolsListener>> listeners;
    private final AtomicInteger untold = new AtomicInteger();

    Announcer(Supplier<List<ProtocolsListener>> listeners) {
        this.listeners = listeners;
    }

    void changed() {
        if (untold.getAndIncrement() != 0) {
            return;
        }
        int told;
        do {
            told = untold.get();
            listeners.get().forEach(Announcer::tell);
        } while (untold.addAndGet(-told) != 0);
    }

    private static void tell(ProtocolsListener listener) {
        try {
            listener.protocolsChanged();
        } catch (RuntimeException | LinkageError broken) {
            log.atWarn()
                    .addKeyValue("listener", listener.getClass().getName())
                    .setCause(broken)
                    .log("Protocols listener failed");
        }
    }
}
