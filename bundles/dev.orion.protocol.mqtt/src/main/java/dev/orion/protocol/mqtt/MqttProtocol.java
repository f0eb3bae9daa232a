// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import static org.osgi.service.component.annotations.ReferenceCardinality.OPTIONAL;
import static org.osgi.service.component.annotations.ReferencePolicy.DYNAMIC;
import static org.osgi.service.component.annotations.ReferencePolicyOption.GREEDY;

import dev.orion.access.ServerKeys;
import dev.orion.client.Clients;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Protocol;
import dev.orion.protocol.Speaks;
import io.netty.channel.ChannelOption;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** MQTT 3.1.1 and 5 (and 3.1), as a server. */
@Component(configurationPid = MqttProtocol.PID)
@Designate(ocd = MqttProtocol.Config.class)
@Speaks("mqtt")
public final class MqttProtocol implements Protocol {

    static final String PID = "dev.orion.protocol.mqtt";

    @ObjectClassDefinition(name = "MQTT")
    @interface Config {

        @AttributeDefinition(description = "How long a peer may take to send its CONNECT.")
        String connectTimeout() default "10s";

        @AttributeDefinition(
                description =
                        "The longest keep alive of an MQTT 5 client; 0 for as long as it wishes.",
                min = "0",
                max = "65535")
        int maxKeepAliveSeconds() default 3600;

        @AttributeDefinition(
                description =
                        "How long a session outlives its connection at most; never: no limit.")
        String maxSessionExpiry() default "7d";

        @AttributeDefinition(
                description =
                        "Publications of one client at once that are not acknowledged by the"
                                + " server yet.",
                min = "1",
                max = "65535")
        int receiveMaximum() default 1024;

        @AttributeDefinition(
                description =
                        "Deliveries to one client at once that it has not acknowledged yet; it may"
                                + " ask for fewer.",
                min = "1",
                max = "65535")
        int maxInFlight() default 1024;

        @AttributeDefinition(
                description = "The longest packet that a client may send.",
                min = "1024",
                max = "268435455")
        int maxPacketBytes() default 1_048_576;

        @AttributeDefinition(
                description =
                        "Topic aliases that a client may have, and the most that it is given; 0 for"
                                + " none.",
                min = "0",
                max = "65535")
        int topicAliasMaximum() default 64;

        @AttributeDefinition(description = "The longest client id.", min = "23", max = "65535")
        int maxClientIdBytes() default 256;

        @AttributeDefinition(
                description = "Topic filters in one SUBSCRIBE or UNSUBSCRIBE.",
                min = "1",
                max = "65535")
        int maxFilters() default 1024;

        @AttributeDefinition(
                description = "User properties in one packet.",
                min = "0",
                max = "65535")
        int maxUserProperties() default 64;
    }

    private final MqttServer server;

    /** Dynamic, so that other keys end no connection; without any nobody is an administrator. */
    @Reference(cardinality = OPTIONAL, policy = DYNAMIC, policyOption = GREEDY)
    volatile ServerKeys keys;

    @Activate
    public MqttProtocol(@Reference Clients clients, Config config) {
        this(clients, Settings.of(config));
    }

    MqttProtocol(Clients clients, Settings settings) { // for tests
        server = new MqttServer(clients, settings, this::isAdmin);
    }

    @Override
    public void serve(Connection connection) {
        connection.channel().config().setOption(ChannelOption.SO_KEEPALIVE, true);
        server.serve(connection);
    }

    private boolean isAdmin(String password) {
        ServerKeys now = keys;
        return now != null && now.opensAdmin(password);
    }
}
