// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.stream.Stream;

/** Somebody who can only read a stream: server-sent events or an HTTP stream. */
final class StreamClient {

    private final HttpResponse<Stream<String>> response;

    private StreamClient(HttpRequest request) throws Exception {
        this.response = HttpClient.newHttpClient().send(request, BodyHandlers.ofLines());
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
        return response.body()
                .map(line -> line.startsWith("data: ") ? line.substring(6) : line)
                .filter(line -> !line.isEmpty() && !line.equals("{}"))
                .toList();
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
