// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.access.ServerKeys;
import dev.orion.http.HttpExchange;
import dev.orion.http.HttpPath;
import dev.orion.http.HttpService;
import dev.orion.protocol.centrifuge.ApiReader.Call;
import dev.orion.realtime.RealtimeManager;
import dev.orion.realtime.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.EventExecutor;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Centrifugo's HTTP server API: one path for each method, JSON in and out, behind a key. */
@Component(configurationPid = ServerApi.PID)
@Designate(ocd = ServerApi.Config.class)
@HttpPath(path = "/api/*", methods = "POST", compressed = true)
public final class ServerApi implements HttpService {

    static final String PID = "dev.orion.protocol.centrifuge.api";

    private static final String PREFIX = "/api/";

    @ObjectClassDefinition(name = "Server API")
    @interface Config {

        @AttributeDefinition(description = "The longest body of a request.", min = "1")
        int maxBodyBytes() default 1048576;
    }

    record Settings(int maxBodyBytes) {

        Settings {
            if (maxBodyBytes < 1) {
                throw new IllegalArgumentException(
                        "maxBodyBytes: " + maxBodyBytes + " (expected: >= 1)");
            }
        }

        static Settings of(Config config) {
            return new Settings(config.maxBodyBytes());
        }
    }

    private final ServerKeys keys;
    private final Settings settings;
    private final ApiMethods methods;
    private final ApiReader reader = new ApiReader(CentrifugeProtocol.parsers());

    @Activate
    public ServerApi(
            @Reference RealtimeManager manager,
            @Reference ServerKeys keys,
            @Reference Node node,
            Config config) {
        this(new ApiMethods(manager, node, InstantSource.system()), keys, Settings.of(config));
    }

    ServerApi(ApiMethods methods, ServerKeys keys, Settings settings) { // for tests
        this.methods = methods;
        this.keys = keys;
        this.settings = settings;
    }

    @Override
    public void serve(HttpExchange exchange) {
        if (!mayEnter(exchange.request().headers())) {
            respond(exchange, HttpResponseStatus.UNAUTHORIZED, Refusal.UNAUTHORIZED);
            return;
        }
        String path = exchange.path();
        String method = path.startsWith(PREFIX) ? path.substring(PREFIX.length()) : "";
        if (method.equals("batch")) {
            exchange.body(settings.maxBodyBytes(), body -> batch(exchange, body));
        } else if (ApiMethods.exists(method)) {
            exchange.body(settings.maxBodyBytes(), body -> call(exchange, method, body));
        } else {
            respond(exchange, HttpResponseStatus.NOT_FOUND, Refusal.METHOD_NOT_FOUND);
        }
    }

    /** A key in {@code X-API-Key}, or in {@code Authorization} as {@code apikey} or bearer. */
    private boolean mayEnter(HttpHeaders headers) {
        String key = headers.get("X-API-Key");
        if (key != null && !key.isEmpty()) {
            return keys.opensApi(key);
        }
        String authorization = headers.get(HttpHeaderNames.AUTHORIZATION);
        if (authorization == null) {
            return false;
        }
        String[] parts = authorization.trim().split("\\s+");
        return parts.length == 2
                && (parts[0].equalsIgnoreCase("apikey") || parts[0].equalsIgnoreCase("bearer"))
                && keys.opensApi(parts[1]);
    }

    private void call(HttpExchange exchange, String method, ByteBuf body) {
        ApiRequest request;
        try {
            request = reader.request(ByteBufUtil.getBytes(body));
        } catch (MalformedRequestException malformed) {
            respond(exchange, malformed);
            return;
        }
        then(exchange, methods.call(method, request), answer -> respond(exchange, answer));
    }

    /** One call after the other, each when the one before has its answer. */
    private void batch(HttpExchange exchange, ByteBuf body) {
        List<Call> calls;
        try {
            calls = reader.batch(ByteBufUtil.getBytes(body));
        } catch (MalformedRequestException malformed) {
            respond(exchange, malformed);
            return;
        }
        List<ApiAnswer> answers = new ArrayList<>();
        CompletionStage<Void> all = CompletableFuture.completedFuture(null);
        for (Call call : calls) {
            all =
                    all.thenCompose(before -> methods.call(call.method(), call.request()))
                            .thenAccept(answers::add);
        }
        then(exchange, all, done -> respond(exchange, calls, answers));
    }

    /** Goes on, when the stage has completed, on the exchange's own event loop. */
    private static <T> void then(
            HttpExchange exchange, CompletionStage<T> stage, Consumer<T> next) {
        EventExecutor loop = exchange.eventLoop();
        stage.thenAccept(
                value -> {
                    if (loop.inEventLoop()) {
                        next.accept(value);
                    } else {
                        loop.execute(() -> next.accept(value));
                    }
                });
    }

    private static void respond(HttpExchange exchange, ApiAnswer answer) {
        boolean asStatus =
                answer.refusal().isPresent()
                        && exchange.request()
                                .headers()
                                .contains("X-Centrifugo-Error-Mode", "transport", true);
        if (asStatus) {
            Refusal refusal = answer.refusal().get();
            respond(
                    exchange,
                    status(refusal),
                    out -> ApiAnswer.error(refusal, ApiAnswer.text(refusal), out));
        } else {
            respond(exchange, HttpResponseStatus.OK, answer::write);
        }
    }

    private static void respond(HttpExchange exchange, List<Call> calls, List<ApiAnswer> answers) {
        respond(
                exchange,
                HttpResponseStatus.OK,
                out -> {
                    String before = "{\"replies\":[";
                    for (int i = 0; i < answers.size(); i++) {
                        Json.raw(before, out);
                        answers.get(i).writeAs(calls.get(i).method(), out);
                        before = ",";
                    }
                    Json.raw(answers.isEmpty() ? "{}" : "]}", out);
                });
    }

    private static void respond(HttpExchange exchange, MalformedRequestException malformed) {
        String text = Refusal.BAD_REQUEST.text() + ": " + malformed.getMessage();
        respond(
                exchange,
                HttpResponseStatus.BAD_REQUEST,
                out -> {
                    Json.raw("{\"error\":", out);
                    ApiAnswer.error(Refusal.BAD_REQUEST, text, out);
                    out.writeByte('}');
                });
    }

    private static void respond(HttpExchange exchange, HttpResponseStatus status, Refusal refusal) {
        respond(exchange, status, out -> ApiAnswer.refused(refusal).write(out));
    }

    private static void respond(
            HttpExchange exchange, HttpResponseStatus status, Consumer<ByteBuf> body) {
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
        if (status.equals(HttpResponseStatus.UNAUTHORIZED)) {
            headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer"); // RFC 9110 §15.5.2
        }
        ByteBuf out = exchange.alloc().buffer();
        body.accept(out);
        exchange.respond(status, headers, out);
    }

    private static HttpResponseStatus status(Refusal refusal) {
        return switch (refusal) {
            case UNAUTHORIZED -> HttpResponseStatus.UNAUTHORIZED;
            case PERMISSION_DENIED -> HttpResponseStatus.FORBIDDEN;
            case UNKNOWN_CHANNEL, METHOD_NOT_FOUND -> HttpResponseStatus.NOT_FOUND;
            case BAD_REQUEST, NOT_AVAILABLE, LIMIT_EXCEEDED -> HttpResponseStatus.BAD_REQUEST;
            case ALREADY_SUBSCRIBED -> HttpResponseStatus.CONFLICT;
            case TOO_MANY_REQUESTS -> HttpResponseStatus.TOO_MANY_REQUESTS;
            case UNRECOVERABLE_POSITION -> HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE;
            case NO_SPACE -> HttpResponseStatus.INSUFFICIENT_STORAGE;
            case INTERNAL -> HttpResponseStatus.INTERNAL_SERVER_ERROR;
        };
    }
}
