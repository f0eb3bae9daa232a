// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import dev.orion.client.ClientProtocol;
import dev.orion.http.HttpExchange;
import dev.orion.http.HttpPath;
import dev.orion.http.HttpService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The client protocol over WebSocket. */
@Component(configurationPid = ClientWebSocket.PID)
@Designate(ocd = ClientWebSocket.Config.class)
@HttpPath(path = "/connection/websocket", upgrade = "websocket")
public final class ClientWebSocket implements HttpService {

    static final String PID = "dev.orion.protocol.websocket";

    @ObjectClassDefinition(name = "WebSocket")
    @interface Config {

        @AttributeDefinition(
                description = "The most bytes of a message that a peer sends; then close 1009.",
                min = "125",
                max = "16777216")
        int maxMessageBytes() default 65536;
    }

    private final WebSockets sockets;
    private final ClientProtocol protocol;

    @Activate
    public ClientWebSocket(@Reference ClientProtocol protocol, Config config) {
        this(protocol, WebSockets.Settings.of(config));
    }

    ClientWebSocket(ClientProtocol protocol, WebSockets.Settings settings) { // for tests
        this.protocol = protocol;
        this.sockets = new WebSockets(settings);
    }

    /** A new instance would end every connection; new settings hold from the next frame on. */
    @Modified
    void modified(Config config) {
        sockets.settings(WebSockets.Settings.of(config));
    }

    @Deactivate
    void close() {
        sockets.close();
    }

    @Override
    public int connections() {
        return sockets.size();
    }

    @Override
    public void serve(HttpExchange exchange) {
        Handshake.accept(
                exchange, () -> new ClientConnection(exchange.connection(), sockets, protocol));
    }

    WebSockets sockets() {
        return sockets;
    }
}
