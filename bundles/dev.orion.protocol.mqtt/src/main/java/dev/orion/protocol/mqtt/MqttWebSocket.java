// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import static org.osgi.service.component.annotations.ReferenceCardinality.OPTIONAL;
import static org.osgi.service.component.annotations.ReferencePolicy.DYNAMIC;
import static org.osgi.service.component.annotations.ReferencePolicyOption.GREEDY;

import dev.orion.access.ServerKeys;
import dev.orion.client.Clients;
import dev.orion.http.HttpExchange;
import dev.orion.http.HttpPath;
import dev.orion.http.HttpService;
import dev.orion.http.WebSocketStreams;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import io.netty.channel.Channel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** MQTT over WebSocket (MQTT 5 §6). */
@Component(configurationPid = MqttProtocol.PID)
@HttpPath(path = "/mqtt", upgrade = "websocket")
public final class MqttWebSocket implements HttpService {

    private static final List<String> SUBPROTOCOLS = List.of("mqtt", "mqttv3.1");

    private final WebSocketStreams streams;
    private final MqttServer server;
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Dynamic, so that other keys end no connection; without any nobody is an administrator. */
    @Reference(cardinality = OPTIONAL, policy = DYNAMIC, policyOption = GREEDY)
    volatile ServerKeys keys;

    @Activate
    public MqttWebSocket(
            @Reference WebSocketStreams streams,
            @Reference Clients clients,
            MqttProtocol.Config config) {
        this(streams, clients, Settings.of(config));
    }

    MqttWebSocket(WebSocketStreams streams, Clients clients, Settings settings) { // for tests
        this.streams = streams;
        this.server = new MqttServer(clients, settings, this::isAdmin);
    }

    @Deactivate
    void close() {
        closed = true;
        open.forEach(MqttWebSocket::goAway);
    }

    private static void goAway(Channel channel) {
        var goAway = new GoAway(CloseReason.SHUTDOWN);
        channel.eventLoop().execute(() -> channel.pipeline().fireUserEventTriggered(goAway));
    }

    @Override
    public int connections() {
        return open.size();
    }

    @Override
    public void serve(HttpExchange exchange) {
        int maxMessageBytes = server.settings().maxPacketBytes();
        streams.accept(exchange, "mqtt", SUBPROTOCOLS, maxMessageBytes, this::begin);
    }

    private void begin(Connection connection) {
        Channel channel = connection.channel();
        open.add(channel);
        channel.closeFuture().addListener(gone -> open.remove(channel));
        server.serve(connection);
        if (closed) {
            goAway(channel); // its handshake was under way
        }
    }

    private boolean isAdmin(String password) {
        ServerKeys now = keys;
        return now != null && now.opensAdmin(password);
    }
}
