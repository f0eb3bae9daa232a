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

        @AttributeDefinition(description = "The same for the echo.", min = "125", max = "16777216")
        int echoMaxMessageBytes() default 16777216;

        @AttributeDefinition(
                description =
                        "The most bytes of messages above 64 KiB that all connections of a service"
                                + " hold together, unfinished or not sent yet; then close 1013.",
                min = "1048576",
                max = "17179869184")
        long largeMessageBytes() default 67108864;

        @AttributeDefinition(
                description =
                        "Whether compression (permessage-deflate) is agreed on with new connections"
                                + " that offer it.")
        boolean compression() default true;

        @AttributeDefinition(
                description = "Messages with fewer bytes are sent as they are.",
                min = "1",
                max = "16777216")
        int compressionMinBytes() default 1024;

        @AttributeDefinition(
                description = "How hard to compress: 1 is fastest, 9 is smallest.",
                min = "1",
                max = "9")
        int compressionLevel() default 1;
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
                exchange,
                sockets.settings().compression(),
                framing -> new ClientConnection(exchange.connection(), sockets, framing, protocol));
    }

    WebSockets sockets() {
        return sockets;
    }
}
