// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Somebody who can only read a stream: server-sent events or an HTTP stream.
 *
 * <p>It reads what comes when it comes. A body that waits to be asked for (BodyHandlers.ofLines) is
 * dropped by java.net.http when its connection ends, although it arrived whole.
 */
final class StreamClient {

    private static final long IN_TIME = 30; // seconds

    private final CompletableFuture<HttpResponse<String>> response;

    private StreamClient(HttpRequest request) throws Exception {
        var begun = new CompletableFuture<Void>();
        this.response =
                HttpClient.newHttpClient()
                        .sendAsync(
                                request,
                                head -> {
                                    begun.complete(null);
                                    return BodySubscribers.ofString(UTF_8);
                                });
        CompletableFuture.anyOf(begun, response).get(IN_TIME, TimeUnit.SECONDS);
    }

    /** An HTTP stream that begins with these commands. */
    static StreamClient http(int port, String commands) throws Exception {
        return new StreamClient(
                HttpRequest.newBuilder(uri(port, "/connection/http_stream"))
                        .POST(BodyPublishers.ofString(commands))
                        .build());
    }

    /** Server-sent events, as a browser's EventSource reads them. */
    static StreamClient events(int port, String channel) throws Exception {
        return new StreamClient(
                HttpRequest.newBuilder(uri(port, "/connection/sse?channel=" + channel)).build());
    }

    /** All that came and comes until the server ends it; empty lines and pings left out. */
    List<String> untilItEnds() {
        return response.orTimeout(IN_TIME, TimeUnit.SECONDS)
                .join()
                .body()
                .lines()
                .map(line -> line.startsWith("data: ") ? line.substring(6) : line)
                .filter(line -> !line.isEmpty() && !line.equals("{}"))
                .toList();
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
