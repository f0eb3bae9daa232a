// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.sse;

import dev.orion.client.ClientProtocol;
import dev.orion.http.HttpExchange;
import dev.orion.http.HttpPath;
import dev.orion.http.HttpService;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The client protocol as server-sent events.
 *
 * <p>A client brings its first commands in the query ({@code cf_connect}) or in the body. Whoever
 * brings channels instead ({@code ?channel=a&channel=b}), as {@code curl} and a browser's {@code
 * EventSource} do, is connected anonymously and subscribed to them.
 */
@Component(configurationPid = SseService.PID)
@Designate(ocd = SseService.Config.class)
@HttpPath(
        path = "/connection/sse",
        methods = {"GET", "POST"})
public final class SseService implements HttpService {

    static final String PID = "dev.orion.protocol.sse";

    @ObjectClassDefinition(name = "Client protocol over server-sent events and HTTP streams")
    @interface Config {

        @AttributeDefinition(
                description = "The longest body of commands that one exchange may bring.",
                min = "1024",
                max = "16777216")
        int maxBodyBytes() default 65_536;
    }

    private final Streams streams;
    private final int maxBodyBytes;

    @Activate
    public SseService(@Reference ClientProtocol clients, Config config) {
        this(clients, config.maxBodyBytes());
    }

    SseService(ClientProtocol clients, int maxBodyBytes) { // for tests
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
        if (exchange.request().method().equals(HttpMethod.POST)) {
            exchange.body(
                    maxBodyBytes,
                    body -> StreamTransport.serveEvents(exchange, streams, body, true));
            return;
        }
        List<String> connect = exchange.query().getOrDefault("cf_connect", List.of());
        List<String> channels = exchange.query().getOrDefault("channel", List.of());
        if (!connect.isEmpty() && !connect.get(0).isEmpty()) {
            begin(exchange, connect.get(0), true);
        } else if (!channels.isEmpty()) {
            begin(exchange, Commands.listenTo(channels), false);
        } else {
            exchange.respond(
                    HttpResponseStatus.BAD_REQUEST,
                    "expected ?cf_connect=COMMANDS or ?channel=NAME");
        }
    }

    private void begin(HttpExchange exchange, String commands, boolean answersPings) {
        ByteBuf bytes = ByteBufUtil.writeUtf8(exchange.alloc(), commands);
        try {
            StreamTransport.serveEvents(exchange, streams, bytes, answersPings);
        } finally {
            bytes.release();
        }
    }
}
