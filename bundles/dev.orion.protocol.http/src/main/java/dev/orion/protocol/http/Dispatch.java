// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds who answers a request, or answers it when nobody does. */
final class Dispatch {

    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.http");

    /** RFC 9110 §9.1 and RFC 5789. */
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    private Dispatch() {}

    static void dispatch(
            ServerExchange exchange, HttpProtocol.Settings settings, Routes routes, Brotli brotli) {
        HttpRequest request = exchange.request();
        Optional<Target> target = Target.parse(request.uri());
        if (target.isEmpty() || isMisplacedStar(target.get(), request) || isForProxy(exchange)) {
            refuse(exchange, badTarget(request));
            return;
        }
        exchange.target(target.get());
        if (mayAsk(exchange, target.get(), settings)) {
            route(exchange, routes, brotli);
        }
    }

    private static boolean isMisplacedStar(Target target, HttpRequest request) {
        return target.path().equals("*") && !request.method().equals(HttpMethod.OPTIONS);
    }

    /** Whatever its target looks like, it wants to be connected to somebody else. */
    private static boolean isForProxy(ServerExchange exchange) {
        return exchange.request().method().equals(HttpMethod.CONNECT) && !exchange.isTunnel();
    }

    /** The target of CONNECT has a form of its own, and we are no proxy. */
    private static HttpResponseStatus badTarget(HttpRequest request) {
        return request.method().equals(HttpMethod.CONNECT)
                ? HttpResponseStatus.NOT_IMPLEMENTED
                : HttpResponseStatus.BAD_REQUEST;
    }

    static void refuse(ServerExchange exchange, HttpResponseStatus status) {
        Throwable cause = exchange.request().decoderResult().cause();
        log.atDebug()
                .addKeyValue("connection_id", exchange.connection().id())
                .addKeyValue("status", status.code())
                .addKeyValue("cause", cause == null ? status.reasonPhrase() : cause.getMessage())
                .log("HTTP request refused");
        exchange.refuse(status);
    }

    /** Answers what a foreign page may not ask, and the question whether a listed one may. */
    private static boolean mayAsk(
            ServerExchange exchange, Target target, HttpProtocol.Settings settings) {
        HttpHeaders headers = exchange.request().headers();
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin == null) {
            return true;
        }
        Authority host =
                target.authority()
                        .or(() -> Authority.parse(headers.get(HttpHeaderNames.HOST, "")))
                        .orElseGet(() -> new Authority("", -1));
        OriginPolicy.Verdict verdict =
                settings.origins().judge(origin, host, exchange.connection().endpoint());
        if (verdict == OriginPolicy.Verdict.FOREIGN
                || headers.getAll(HttpHeaderNames.ORIGIN).size() > 1) {
            log.atDebug()
                    .addKeyValue("connection_id", exchange.connection().id())
                    .addKeyValue("origin", origin)
                    .log("HTTP origin refused");
            exchange.respond(HttpResponseStatus.FORBIDDEN, "origin not allowed");
            return false;
        }
        if (verdict == OriginPolicy.Verdict.LISTED) {
            exchange.corsOrigin(origin);
        }
        return true;
    }

    private static void route(ServerExchange exchange, Routes routes, Brotli brotli) {
        HttpRequest request = exchange.request();
        String method = request.method().name();
        if (method.equals("OPTIONS") && isPreflight(request.headers())) {
            preflight(exchange, routes);
            return;
        }
        if (exchange.path().equals("*")) {
            exchange.respondEmpty(HttpResponseStatus.NO_CONTENT);
            return;
        }
        Routes.Match match =
                routes.find(
                        exchange.path(), method, offers(request), exchange.connection().serves());
        if (match instanceof Routes.Serve found) {
            if (found.compressed()) {
                exchange.compressed(brotli);
            }
            exchange.guarded(() -> found.service().serve(exchange));
        } else if (match instanceof Routes.WrongMethod wrong) {
            wrongMethod(exchange, method, wrong.allowed());
        } else if (match instanceof Routes.NeedsUpgrade needed) {
            needsUpgrade(exchange, needed.protocol());
        } else if (METHODS.contains(method)) {
            exchange.respond(HttpResponseStatus.NOT_FOUND, "not found");
        } else {
            exchange.respond(HttpResponseStatus.NOT_IMPLEMENTED, "method not known");
        }
    }

    private static void wrongMethod(ServerExchange exchange, String method, String allowed) {
        HttpHeaders headers = new DefaultHttpHeaders().set(HttpHeaderNames.ALLOW, allowed);
        HttpResponseStatus status;
        if (method.equals("OPTIONS")) {
            status = HttpResponseStatus.NO_CONTENT;
        } else if (METHODS.contains(method)) {
            status = HttpResponseStatus.METHOD_NOT_ALLOWED;
        } else {
            status = HttpResponseStatus.NOT_IMPLEMENTED;
        }
        exchange.respond(status, headers, Unpooled.EMPTY_BUFFER);
    }

    private static void needsUpgrade(ServerExchange exchange, String protocol) {
        HttpHeaders headers =
                new DefaultHttpHeaders()
                        .set(HttpHeaderNames.UPGRADE, protocol)
                        .set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
        exchange.respond(HttpResponseStatus.UPGRADE_REQUIRED, headers, Unpooled.EMPTY_BUFFER);
    }

    private static boolean isPreflight(HttpHeaders headers) {
        return headers.contains(HttpHeaderNames.ORIGIN)
                && headers.contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
    }

    /** The origin has been judged already; what it may do is what anybody may do. */
    private static void preflight(ServerExchange exchange, Routes routes) {
        HttpHeaders asked = exchange.request().headers();
        String method = asked.get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
        Routes.Match match =
                routes.find(exchange.path(), method, Set.of(), exchange.connection().serves());
        if (!(match instanceof Routes.Serve)) {
            exchange.respond(HttpResponseStatus.NOT_FOUND, "not found");
            return;
        }
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, method);
        headers.set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, "600");
        String names = asked.get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
        if (names != null) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, names);
        }
        exchange.respond(HttpResponseStatus.NO_CONTENT, headers, Unpooled.EMPTY_BUFFER);
    }

    /** The protocols that the request offers to be upgraded to (RFC 9110 §7.8). */
    private static Set<String> offers(HttpRequest request) {
        HttpHeaders headers = request.headers();
        if (request instanceof Http2Request extended && !extended.protocol().isEmpty()) {
            return Set.of(extended.protocol());
        }
        if (request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) != 0
                || !headers.contains(HttpHeaderNames.UPGRADE)
                || !headers.containsValue(
                        HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)) {
            return Set.of();
        }
        var offers = new HashSet<String>();
        for (String field : headers.getAll(HttpHeaderNames.UPGRADE)) {
            for (String offer : field.split(",", -1)) {
                offers.add(offer.strip().toLowerCase(Locale.ROOT));
            }
        }
        offers.remove("");
        return offers;
    }
}
