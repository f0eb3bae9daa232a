// SPDX-License-Identifier: Apache-2.0
package dev.orion.admin;

import dev.orion.access.ServerKeys;
import dev.orion.http.HttpExchange;
import dev.orion.http.HttpService;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;

/**
 * Answers {@code /admin/*}, for who has the administrator's key.
 *
 * <p><b>Threads:</b> lists may be long, so they are made by the worker and not on the event loop.
 */
final class AdminService implements HttpService {

    private static final String PREFIX = "/admin/";
    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +(\\S+) *");

    private final ServerKeys keys;
    private final Inventory inventory;
    private final Executor worker;

    AdminService(ServerKeys keys, Inventory inventory, Executor worker) {
        this.keys = keys;
        this.inventory = inventory;
        this.worker = worker;
    }

    @Override
    public void serve(HttpExchange exchange) {
        if (!mayEnter(exchange.request().headers())) {
            HttpHeaders challenge = headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
            error(exchange, HttpResponseStatus.UNAUTHORIZED, challenge, "unauthorized");
            return;
        }
        String path = exchange.path();
        String name = path.startsWith(PREFIX) ? path.substring(PREFIX.length()) : "";
        if (!Inventory.names().contains(name)) {
            error(exchange, HttpResponseStatus.NOT_FOUND, headers(), "not found");
            return;
        }
        Page page;
        try {
            page = Page.of(exchange.query());
        } catch (IllegalArgumentException wrong) {
            error(exchange, HttpResponseStatus.BAD_REQUEST, headers(), wrong.getMessage());
            return;
        }
        try {
            worker.execute(() -> list(exchange, name, page));
        } catch (RejectedExecutionException busy) {
            error(exchange, HttpResponseStatus.SERVICE_UNAVAILABLE, headers(), "busy");
        }
    }

    /** A key in {@code X-API-Key}, or in {@code Authorization} as a bearer's. */
    private boolean mayEnter(HttpHeaders headers) {
        String key = headers.get("X-API-Key");
        if (key != null && !key.isEmpty()) {
            return keys.opensAdmin(key);
        }
        String authorization = headers.get(HttpHeaderNames.AUTHORIZATION, "");
        var bearer = BEARER.matcher(authorization);
        return bearer.matches() && keys.opensAdmin(bearer.group(1));
    }

    private void list(HttpExchange exchange, String name, Page page) {
        Optional<String> body;
        try {
            body = inventory.list(name, page).map(Json::text);
        } catch (RuntimeException ending) {
            body = Optional.empty(); // a manager that is about to be replaced
        }
        String text = body.orElse("");
        try {
            exchange.eventLoop().execute(() -> answer(exchange, text));
        } catch (RejectedExecutionException loopHasEnded) {
            // and the connection with it
        }
    }

    private static void answer(HttpExchange exchange, String text) {
        if (text.isEmpty()) {
            error(exchange, HttpResponseStatus.SERVICE_UNAVAILABLE, headers(), "not available");
        } else {
            respond(exchange, HttpResponseStatus.OK, headers(), text);
        }
    }

    private static void error(
            HttpExchange exchange, HttpResponseStatus status, HttpHeaders headers, String message) {
        var error = Map.of("error", Map.of("message", message));
        respond(exchange, status, headers, Json.text(error));
    }

    private static void respond(
            HttpExchange exchange, HttpResponseStatus status, HttpHeaders headers, String body) {
        var alloc = exchange.alloc();
        exchange.respond(status, headers, ByteBufUtil.writeUtf8(alloc, body));
    }

    private static HttpHeaders headers() {
        return DefaultHttpHeadersFactory.headersFactory()
                .newHeaders()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    }
}
