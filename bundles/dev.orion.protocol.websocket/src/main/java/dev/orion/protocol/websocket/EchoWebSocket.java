// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import dev.orion.http.HttpExchange;
import dev.orion.http.HttpPath;
import dev.orion.http.HttpService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;

/** Sends every message of a WebSocket back. */
@Component(configurationPid = ClientWebSocket.PID)
@HttpPath(path = "/echo", upgrade = "websocket")
public final class EchoWebSocket implements HttpService {

    private final WebSockets sockets;

    @Activate
    public EchoWebSocket(ClientWebSocket.Config config) {
        this(WebSockets.Settings.ofEcho(config));
    }

    EchoWebSocket(WebSockets.Settings settings) { // for tests
        sockets = new WebSockets(settings);
    }

    /** A new instance would end every connection; new settings hold from the next frame on. */
    @Modified
    void modified(ClientWebSocket.Config config) {
        sockets.settings(WebSockets.Settings.ofEcho(config));
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
                framing -> new EchoConnection(exchange.connection(), sockets, framing));
    }
}
