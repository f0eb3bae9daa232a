// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.sse;

import dev.orion.client.ClientProtocol;
import dev.orion.http.HttpExchange;
import dev.orion.http.HttpPath;
import dev.orion.http.HttpService;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Takes the commands of clients whose own exchange only carries answers.
 *
 * <p>A session that is gone is answered with 204 like any other, as Centrifuge does: its stream has
 * ended, and that is what tells the client.
 */
@Component(configurationPid = SseService.PID)
@HttpPath(path = "/emulation", methods = "POST")
public final class EmulationService implements HttpService {

    private final ClientProtocol clients;
    private final int maxBodyBytes;

    @Activate
    public EmulationService(@Reference ClientProtocol clients, SseService.Config config) {
        this(clients, config.maxBodyBytes());
    }

    EmulationService(ClientProtocol clients, int maxBodyBytes) { // for tests
        this.clients = clients;
        this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    public void serve(HttpExchange exchange) {
        if (MediaTypes.isRefused(exchange)) {
            return;
        }
        exchange.body(maxBodyBytes, body -> take(exchange, body));
    }

    private void take(HttpExchange exchange, ByteBuf body) {
        EmulationRequest request;
        try {
            request = EmulationRequest.parse(ByteBufUtil.getBytes(body));
        } catch (IllegalArgumentException malformed) {
            exchange.respond(HttpResponseStatus.BAD_REQUEST, malformed.getMessage());
            return;
        }
        ByteBuf commands = ByteBufUtil.writeUtf8(exchange.alloc(), request.data());
        try {
            clients.emulate(request.session(), commands);
        } finally {
            commands.release();
        }
        exchange.respond(
                HttpResponseStatus.NO_CONTENT, new DefaultHttpHeaders(), Unpooled.EMPTY_BUFFER);
    }
}
