// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.HttpService;
import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.testkit.TestConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalServerChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A client of an HTTP server in memory. */
final class HttpPeer implements AutoCloseable {

    static final HttpProtocol.Settings SETTINGS =
            new HttpProtocol.Settings(
                    8192,
                    4096,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    new OriginPolicy(List.of("https://app.example")),
                    Http2Limits.DEFAULT);

    final EmbeddedChannel channel = accepted();
    final TestConnection connection =
            new TestConnection(channel, "http", Endpoint.parse("http://127.0.0.1:8080"));

    private HttpPeer(List<Map.Entry<Map<String, Object>, HttpService>> services) {
        this(Connection.PUBLIC, services);
    }

    private HttpPeer(
            Set<String> serves, List<Map.Entry<Map<String, Object>, HttpService>> services) {
        this(serves, new HttpProtocol(SETTINGS, services));
    }

    private HttpPeer(Set<String> serves, HttpProtocol protocol) {
        connection.serves(serves);
        channel.freezeTime();
        protocol.serve(connection);
    }

    /** Netty's HTTP/2 knows a server by its channel's parent. */
    static EmbeddedChannel accepted() {
        return new EmbeddedChannel(
                new LocalServerChannel(), DefaultChannelId.newInstance(), true, false);
    }

    /** A client of a server with one service at {@code /x}, for GET and POST. */
    static HttpPeer of(HttpService service) {
        return new HttpPeer(List.of(at("/x", service)));
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // List.of only reads them
    static HttpPeer of(Map.Entry<Map<String, Object>, HttpService>... services) {
        return new HttpPeer(List.of(services));
    }

    /** A client of a server. */
    static HttpPeer of(HttpProtocol protocol) {
        return new HttpPeer(Connection.PUBLIC, protocol);
    }

    /** A client of a listener that serves some areas. */
    @SafeVarargs
    @SuppressWarnings("varargs") // List.of only reads them
    static HttpPeer of(
            Set<String> serves, Map.Entry<Map<String, Object>, HttpService>... services) {
        return new HttpPeer(serves, List.of(services));
    }

    static Map.Entry<Map<String, Object>, HttpService> area(
            String path, String area, HttpService service) {
        return Map.entry(Map.of("http.path", path, "http.area", area), service);
    }

    static Map.Entry<Map<String, Object>, HttpService> at(String path, HttpService service) {
        return Map.entry(
                Map.of(
                        "http.path",
                        new String[] {path},
                        "http.methods",
                        new String[] {"GET", "POST"}),
                service);
    }

    static Map.Entry<Map<String, Object>, HttpService> upgrade(String path, HttpService service) {
        return Map.entry(Map.of("http.path", path, "http.upgrade", "websocket"), service);
    }

    /** Sends bytes, one character each, and returns what has come back. */
    String send(String text) {
        write(text);
        return received();
    }

    /** Sends the same bytes one at a time, or a few when they are many, until it is closed. */
    String trickle(String text) {
        int step = 1 + text.length() / 1000;
        for (int i = 0; i < text.length() && channel.isOpen(); i += step) {
            write(text.substring(i, Math.min(i + step, text.length())));
        }
        return received();
    }

    /** What has come back, without the date. */
    String received() {
        channel.runPendingTasks();
        var text = new StringBuilder();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; ) {
            text.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
            bytes = channel.readOutbound();
        }
        return text.toString().replaceAll("date: [^\r]*\r\n", "");
    }

    void pass(Duration time) {
        channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    /** The messages that reached the end of the pipeline. */
    List<Object> handedOn() {
        var messages = new ArrayList<Object>();
        for (Object message = channel.readInbound(); message != null; ) {
            messages.add(message);
            message = channel.readInbound();
        }
        return messages;
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }

    private void write(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
