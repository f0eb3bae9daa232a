// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.sse;

import dev.orion.client.ClientProtocol;
import dev.orion.http.HttpExchange;
import dev.orion.http.HttpPath;
import dev.orion.http.HttpService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The client protocol as lines of one long answer; the body brings the first commands. */
@Component(configurationPid = SseService.PID)
@HttpPath(path = "/connection/http_stream", methods = "POST")
public final class HttpStreamService implements HttpService {

    private final Streams streams;
    private final int maxBodyBytes;

    @Activate
    public HttpStreamService(@Reference ClientProtocol clients, SseService.Config config) {
        this(clients, config.maxBodyBytes());
    }

    HttpStreamService(ClientProtocol clients, int maxBodyBytes) { // for tests
        this.streams = new Streams(clients);
        this.maxBodyBytes = maxBodyBytes;
    }

    @Deactivate
    void close() {
        streams.close();
    }

    @Override
    public int connections() {
        return streams.size();
    }

    @Override
    public void serve(HttpExchange exchange) {
        if (MediaTypes.isRefused(exchange)) {
            return;
        }
        exchange.body(maxBodyBytes, body -> StreamTransport.serveLines(exchange, streams, body));
    }
}
