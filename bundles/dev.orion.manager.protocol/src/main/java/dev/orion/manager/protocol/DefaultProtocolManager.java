// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import static org.osgi.service.component.annotations.FieldOption.REPLACE;
import static org.osgi.service.component.annotations.ReferenceCardinality.MULTIPLE;
import static org.osgi.service.component.annotations.ReferencePolicy.DYNAMIC;
import static org.osgi.service.component.annotations.ReferencePolicyOption.GREEDY;

import dev.orion.protocol.Connection;
import dev.orion.protocol.Protocol;
import dev.orion.protocol.ProtocolInfo;
import dev.orion.protocol.ProtocolManager;
import dev.orion.protocol.ProtocolsListener;
import java.time.Duration;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the protocol services of the framework. */
@Component(immediate = true)
public final class DefaultProtocolManager implements ProtocolManager {

    private static final Logger log = LoggerFactory.getLogger("agent.protocol_manager");
    private static final Duration DELIVERY = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Protocols protocols =
            new Protocols(new Farewell(DELIVERY, PATIENCE), new Announcer(() -> this.listeners));

    @Reference(
            cardinality = MULTIPLE,
            policy = DYNAMIC,
            policyOption = GREEDY,
            fieldOption = REPLACE)
    private volatile List<ProtocolsListener> listeners = List.of();

    @Activate
    public DefaultProtocolManager() {}

    @Deactivate
    void close() {
        protocols.close();
    }

    @Reference(
            service = Protocol.class,
            cardinality = MULTIPLE,
            policy = DYNAMIC,
            policyOption = GREEDY)
    void addProtocol(Protocol protocol, ServiceReference<Protocol> reference) {
        if (reference.getProperty("speaks") instanceof String name) {
            protocols.add(name, protocol, source(reference));
            return;
        }
        log.atWarn()
                .addKeyValue("bundle", reference.getProperty(Constants.SERVICE_BUNDLEID))
                .log("Protocol without a name ignored");
    }

    void removeProtocol(Protocol protocol) {
        protocols.remove(protocol);
    }

    @Override
    public boolean speaks(String name) {
        return protocols.speaks(name);
    }

    @Override
    public boolean serve(Connection connection) {
        return protocols.serve(connection);
    }

    @Override
    public List<ProtocolInfo> protocols() {
        return protocols.protocols();
    }

    private static Source source(ServiceReference<Protocol> reference) {
        Bundle bundle = reference.getBundle();
        Object ranking = reference.getProperty(Constants.SERVICE_RANKING);
        return new Source(
                bundle.getSymbolicName(),
                bundle.getVersion(),
                bundle.getBundleId(),
                ranking instanceof Integer number ? number : 0,
                (Long) reference.getProperty(Constants.SERVICE_ID));
    }
}
