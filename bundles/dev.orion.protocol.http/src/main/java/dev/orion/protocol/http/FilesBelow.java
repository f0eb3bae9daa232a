// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.FileSource;
import dev.orion.http.HttpExchange;
import dev.orion.http.HttpService;
import dev.orion.protocol.http.StaticFile.Representation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files below a path.
 *
 * <p><b>Threads:</b> many event loops at once.
 */
final class FilesBelow implements HttpService {

    private final String path;
    private final FileSource source;
    private final Instant modified;
    private final Brotli brotli;
    private final Map<String, StaticFile> files = new ConcurrentHashMap<>();

    /**
     * @param since when they became what they are
     */
    FilesBelow(String path, FileSource source, Instant since, Brotli brotli) {
        if (path.endsWith("/")) {
            throw new IllegalArgumentException(
                    "path: " + path + " (expected: no slash at its end)");
        }
        this.path = path;
        this.source = source;
        this.modified = since.truncatedTo(ChronoUnit.SECONDS);
        this.brotli = brotli;
    }

    @Override
    public void serve(HttpExchange exchange) {
        Optional<StaticFile> file =
                FileName.below(path, exchange.path())
                        .flatMap(name -> Optional.ofNullable(file(name)));
        if (file.isEmpty()) {
            exchange.respond(HttpResponseStatus.NOT_FOUND, "not found");
        } else {
            serve(exchange, file.get());
        }
    }

    /** Null when there is none, which is not remembered: names that are none are many. */
    private StaticFile file(String name) {
        return files.computeIfAbsent(
                name, missing -> StaticFile.read(source, missing).orElse(null));
    }

    private void serve(HttpExchange exchange, StaticFile file) {
        HttpHeaders asked = exchange.request().headers();
        Map.Entry<String, Representation> chosen =
                file.choose(asked.getAll(HttpHeaderNames.ACCEPT_ENCODING), brotli);
        Representation representation = chosen.getValue();
        HttpHeaders headers = headers(file, chosen.getKey(), representation);
        var conditions = new Conditions(representation.etag(), modified);
        switch (conditions.judge(asked)) {
            case FAILED ->
                    exchange.respond(HttpResponseStatus.PRECONDITION_FAILED, "precondition failed");
            case NOT_MODIFIED -> {
                headers.remove(HttpHeaderNames.CONTENT_TYPE); // §15.4.5
                headers.remove(HttpHeaderNames.CONTENT_ENCODING);
                exchange.respond(HttpResponseStatus.NOT_MODIFIED, headers, Unpooled.EMPTY_BUFFER);
            }
            case PROCEED -> {
                boolean mayBeRange =
                        exchange.request().method().equals(HttpMethod.GET) // §14.2
                                && conditions.mayBeRange(asked);
                String range = mayBeRange ? asked.get(HttpHeaderNames.RANGE) : null;
                send(exchange, file.type(), representation.bytes(), headers, range);
            }
        }
    }

    private HttpHeaders headers(StaticFile file, String coding, Representation representation) {
        HttpHeaders headers =
                new DefaultHttpHeaders()
                        .set(HttpHeaderNames.CONTENT_TYPE, file.type())
                        .set(HttpHeaderNames.ETAG, representation.etag())
                        .set(
                                HttpHeaderNames.LAST_MODIFIED,
                                DateFormatter.format(Date.from(modified)))
                        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_CACHE)
                        .set(HttpHeaderNames.ACCEPT_RANGES, HttpHeaderValues.BYTES)
                        .set("x-content-type-options", "nosniff");
        if (file.varies()) {
            headers.set(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
        }
        if (!coding.equals(AcceptEncoding.IDENTITY)) {
            headers.set(HttpHeaderNames.CONTENT_ENCODING, coding);
        }
        return headers;
    }

    private static void send(
            HttpExchange exchange, String type, byte[] bytes, HttpHeaders headers, String field) {
        Ranges ranges = Ranges.of(field, bytes.length);
        List<Ranges.Part> parts = ranges.parts();
        switch (ranges.kind()) {
            case WHOLE ->
                    exchange.respond(HttpResponseStatus.OK, headers, Unpooled.wrappedBuffer(bytes));
            case NONE -> {
                headers.set(HttpHeaderNames.CONTENT_RANGE, "bytes */" + bytes.length);
                headers.remove(HttpHeaderNames.CONTENT_ENCODING);
                headers.remove(HttpHeaderNames.CONTENT_TYPE);
                exchange.respond(
                        HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
                        headers,
                        Unpooled.EMPTY_BUFFER);
            }
            case PARTS -> {
                ByteBuf body;
                if (parts.size() == 1) {
                    headers.set(HttpHeaderNames.CONTENT_RANGE, range(parts.get(0), bytes.length));
                    body = slice(bytes, parts.get(0));
                } else {
                    body = multipart(parts, type, bytes, headers);
                }
                exchange.respond(HttpResponseStatus.PARTIAL_CONTENT, headers, body);
            }
        }
    }

    private static String range(Ranges.Part part, int length) {
        return "bytes " + part.first() + "-" + part.last() + "/" + length;
    }

    private static ByteBuf slice(byte[] bytes, Ranges.Part part) {
        return Unpooled.wrappedBuffer(bytes, part.first(), part.length());
    }

    /** RFC 9110 §14.6, RFC 2046 §5.1.1; no file has the boundary, which nobody can foresee. */
    private static ByteBuf multipart(
            List<Ranges.Part> parts, String type, byte[] bytes, HttpHeaders headers) {
        String boundary = "orion-" + UUID.randomUUID();
        headers.set(HttpHeaderNames.CONTENT_TYPE, "multipart/byteranges; boundary=" + boundary);
        ByteBuf[] pieces = new ByteBuf[2 * parts.size() + 1];
        int at = 0;
        for (Ranges.Part part : parts) {
            pieces[at++] =
                    text(
                            "\r\n--"
                                    + boundary
                                    + "\r\ncontent-type: "
                                    + type
                                    + "\r\ncontent-range: "
                                    + range(part, bytes.length)
                                    + "\r\n\r\n");
            pieces[at++] = slice(bytes, part);
        }
        pieces[at] = text("\r\n--" + boundary + "--\r\n");
        return Unpooled.wrappedBuffer(pieces.length, pieces);
    }

    private static ByteBuf text(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }
}
