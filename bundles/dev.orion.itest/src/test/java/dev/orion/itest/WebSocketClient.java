// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The JDK's WebSocket speaking the client protocol, a message at a time. */
final class WebSocketClient implements WebSocket.Listener, AutoCloseable {

    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    private WebSocketClient(int port) {
        this.socket =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .buildAsync(
                                URI.create("ws://127.0.0.1:" + port + "/connection/websocket"),
                                this)
                        .join();
    }

    /** Connects, and leaves it at that. */
    static WebSocketClient silent(int port) {
        return new WebSocketClient(port);
    }

    /** Connects, says {@code connect}, and subscribes to a channel. */
    static WebSocketClient subscribed(int port, String channel) throws Exception {
        var client = new WebSocketClient(port);
        client.say("{\"id\":1,\"connect\":{}}");
        client.hear();
        client.say("{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}");
        client.hear();
        return client;
    }

    void say(String command) {
        socket.sendText(command, true).join();
    }

    /** The next message that is not a server ping. */
    String hear() throws InterruptedException {
        String message = messages.poll(10, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no message within 10 s; closed: " + closed.getNow(0));
        }
        return message;
    }

    boolean isOpen() {
        return !closed.isDone();
    }

    /** The close code, once the server has closed. */
    CompletableFuture<Integer> closed() {
        return closed;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            for (String line : partial.toString().split("\n")) {
                if (line.equals("{}")) {
                    from.sendText("{}", true);
                } else {
                    messages.add(line);
                }
            }
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.completeExceptionally(error);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
