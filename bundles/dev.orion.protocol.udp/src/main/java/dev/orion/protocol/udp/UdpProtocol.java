// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.udp;

import dev.orion.client.ClientProtocol;
import dev.orion.client.Clients;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Connector;
import dev.orion.protocol.Protocol;
import dev.orion.protocol.Speaks;
import dev.orion.route.RouteManager;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** One client command a datagram; or what a route says of the listener's port. */
@Component
@Speaks("udp")
public final class UdpProtocol implements Protocol {

    private final ClientProtocol commands;
    private final Clients clients;
    private final RouteManager routes;
    private final FlowLimits limits = new FlowLimits();
    private final Connector connector;

    @Activate
    public UdpProtocol(
            @Reference ClientProtocol commands,
            @Reference Clients clients,
            @Reference RouteManager routes,
            @Reference Connector connector) {
        this.commands = commands;
        this.clients = clients;
        this.routes = routes;
        this.connector = connector;
    }

    @Override
    public void serve(Connection connection) {
        var flows = new Flows(connection, connector, limits);
        connection
                .channel()
                .pipeline()
                .addLast(
                        "datagrams",
                        new Datagrams(
                                connection,
                                routes,
                                commands.lone(connection, "udp"),
                                new Publisher(connection, clients),
                                flows));
    }
}
