// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import dev.orion.client.ClientProtocol;
import dev.orion.client.Clients;
import dev.orion.configuration.Durations;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Connector;
import dev.orion.protocol.Protocol;
import dev.orion.protocol.Speaks;
import dev.orion.route.Route;
import dev.orion.route.RouteManager;
import dev.orion.route.Target.ToEndpoint;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The client protocol a line at a time, so that {@code nc} is a client; or what a route says of the
 * listener's port.
 */
@Component(configurationPid = TcpProtocol.PID)
@Designate(ocd = TcpProtocol.Config.class)
@Speaks("tcp")
public final class TcpProtocol implements Protocol {

    static final String PID = "dev.orion.protocol.tcp";

    @ObjectClassDefinition(name = "Client protocol over TCP")
    @interface Config {

        @AttributeDefinition(
                description = "The longest line a peer may send, without its line break.",
                min = "1024",
                max = "16777216")
        int maxLineBytes() default 65_536;

        @AttributeDefinition(
                description =
                        "How long a connection stays for its last bytes: when the peer has finished"
                                + " sending, or has been told to go.")
        String linger() default "1s";
    }

    record Settings(int maxLineBytes, Duration linger) {

        Settings {
            if (maxLineBytes < 1) {
                throw new IllegalArgumentException(
                        "maxLineBytes: " + maxLineBytes + " (expected: >= 1)");
            }
        }

        static Settings of(Config config) {
            return new Settings(config.maxLineBytes(), Durations.parse(config.linger()));
        }
    }

    private static final Duration TICK = Duration.ofMillis(250);

    private final ClientProtocol clients;
    private final Clients sessions;
    private final RouteManager routes;
    private final Connector connector;
    private final Settings settings;
    private final Wheels wheels;

    @Activate
    public TcpProtocol(
            @Reference ClientProtocol clients,
            @Reference Clients sessions,
            @Reference RouteManager routes,
            @Reference Connector connector,
            Config config) {
        this(clients, sessions, routes, connector, Settings.of(config), TICK);
    }

    TcpProtocol( // for tests
            ClientProtocol clients,
            Clients sessions,
            RouteManager routes,
            Connector connector,
            Settings settings,
            Duration tick) {
        this.clients = clients;
        this.sessions = sessions;
        this.routes = routes;
        this.connector = connector;
        this.settings = settings;
        this.wheels = new Wheels(tick);
    }

    @Override
    public void serve(Connection connection) {
        Optional<Route> route = routes.atPort("tcp", connection.endpoint().port());
        if (route.isEmpty()) {
            converse(connection);
        } else if (route.get().target() instanceof ToEndpoint to) {
            passThrough(connection, route.get(), to);
        } else {
            Device.begin(
                    connection, route.get(), RouteSettings.of(route.get().settings()), sessions);
        }
    }

    private void passThrough(Connection connection, Route route, ToEndpoint to) {
        var configured = RouteSettings.of(route.settings());
        PassThrough.begin(
                connection, route, to.endpoint(), configured.idleTimeout(), connector, wheels);
    }

    private void converse(Connection connection) {
        ChannelConfig socket = connection.channel().config();
        // Nobody at a terminal answers pings, so the system finds out who is gone.
        socket.setOption(ChannelOption.SO_KEEPALIVE, true);
        socket.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);

        ChannelPipeline pipeline = connection.channel().pipeline();
        pipeline.addLast(
                LineTransport.LINES, // bytes -> line; a longer one fails before its end is seen
                new LineDecoder(settings.maxLineBytes()));
        pipeline.addLast("serve", new LineTransport(connection, clients, settings.linger()));
    }
}
