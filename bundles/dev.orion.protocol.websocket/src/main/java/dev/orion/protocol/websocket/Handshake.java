// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import dev.orion.http.HttpExchange;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The opening handshake (RFC 6455 §4.2, RFC 8441 §5); that a WebSocket was asked for is known
 * already.
 */
final class Handshake {

    private static final String VERSION = "13";
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 §1.3
    private static final int KEY_BYTES = 16;

    private Handshake() {}

    /** Makes a WebSocket of the exchange's connection, or refuses to. */
    static void accept(
            HttpExchange exchange,
            Compression compression,
            Function<MessageFraming, ? extends ChannelHandler> handler) {
        accept(
                exchange,
                "websocket",
                Subprotocols.CENTRIFUGE,
                compression,
                (pipeline, framing) ->
                        pipeline.addLast(WebSocketConnection.NAME, handler.apply(framing)));
    }

    /**
     * Makes a WebSocket of the exchange's connection, or refuses to.
     *
     * @param protocol what is spoken from now on, for people
     */
    static void accept(
            HttpExchange exchange,
            String protocol,
            Subprotocols subprotocols,
            Compression compression,
            BiConsumer<ChannelPipeline, MessageFraming> install) {
        HttpHeaders asked = exchange.request().headers();
        if (!VERSION.equals(asked.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            HttpHeaders headers =
                    new DefaultHttpHeaders()
                            .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                            .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
            exchange.respond(HttpResponseStatus.UPGRADE_REQUIRED, headers, Unpooled.EMPTY_BUFFER);
            return;
        }
        boolean isStream = exchange.request().method().equals(HttpMethod.CONNECT);
        if (!isStream && !isUpgrade(exchange.request())) {
            exchange.respond(HttpResponseStatus.BAD_REQUEST, "not a WebSocket handshake");
            return;
        }
        List<String> offers = offers(asked);
        if (!subprotocols.mayBe(offers)) {
            exchange.respond(HttpResponseStatus.BAD_REQUEST, subprotocols.text());
            return;
        }
        List<Extension> extensions;
        try {
            extensions = Extension.parse(asked.getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS));
        } catch (IllegalArgumentException malformed) { // RFC 6455 §9.1
            exchange.respond(HttpResponseStatus.BAD_REQUEST, "malformed extensions");
            return;
        }
        HttpHeaders headers = new DefaultHttpHeaders();
        if (!isStream) { // RFC 8441 §5: on a stream of HTTP/2 there is no key to answer
            headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
            headers.set(
                    HttpHeaderNames.SEC_WEBSOCKET_ACCEPT,
                    answer(asked.get(HttpHeaderNames.SEC_WEBSOCKET_KEY)));
        }
        subprotocols
                .choose(offers)
                .ifPresent(name -> headers.set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, name));
        MessageFraming framing = compression.agree(extensions, headers);
        exchange.upgrade(protocol, headers, pipeline -> install.accept(pipeline, framing));
    }

    /** RFC 6455 §4.2.1. */
    private static boolean isUpgrade(HttpRequest request) {
        List<String> keys = request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        return keys.size() == 1 && isKey(keys.get(0)) && request.method().equals(HttpMethod.GET);
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static List<String> offers(HttpHeaders headers) {
        var offers = new ArrayList<String>();
        for (String field : headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)) {
            for (String offer : field.split(",", -1)) {
                offers.add(offer.strip());
            }
        }
        return offers;
    }

    private static String answer(String key) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-1")
                            .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
