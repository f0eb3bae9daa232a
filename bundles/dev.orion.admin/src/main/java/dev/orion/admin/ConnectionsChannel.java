// SPDX-License-Identifier: Apache-2.0
package dev.orion.admin;

import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.net.ConnectionEvent;
import dev.orion.net.ConnectionListener;
import dev.orion.realtime.RealtimeManager;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Publishes what happens to connections on {@value #NAME}.
 *
 * <p>It never asks for bytes: what it publishes makes some, and would be published for ever.
 */
@Component
public final class ConnectionsChannel implements ConnectionListener {

    static final String NAME = "$sys/connections";

    private final RealtimeManager realtime;

    @Activate
    public ConnectionsChannel(@Reference RealtimeManager realtime) {
        this.realtime = realtime;
    }

    @Override
    public void happened(ConnectionEvent event) {
        EventJson.text(event)
                .map(text -> Publication.of(Payload.json(text)))
                .ifPresent(publication -> realtime.publish(NAME, publication, Origin.SERVER));
    }
}
