// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest.whole;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The JDK's WebSocket speaking the client protocol, a message at a time. */
final class WebSocketClient implements Client, WebSocket.Listener {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String END = "";

    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    WebSocketClient(int port) throws Exception {
        this.socket =
                HTTP.newWebSocketBuilder()
                        .buildAsync(
                                URI.create("ws://127.0.0.1:" + port + "/connection/websocket"),
                                this)
                        .get(Await.SOON.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void say(String command) throws Exception {
        socket.sendText(command, true).get(Await.SOON.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public String hear() throws Exception {
        String message = messages.poll(Await.SOON.toSeconds(), TimeUnit.SECONDS);
        if (message == null) {
            throw new IOException("silence");
        }
        if (message.equals(END)) {
            messages.add(END);
            return null;
        }
        return message;
    }

    @Override
    public int endCode() throws Exception {
        return closed.get(Await.SOON.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            partial.toString().lines().forEach(line -> heard(from, line));
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    private void heard(WebSocket from, String line) {
        if (line.equals("{}")) {
            from.sendText("{}", true);
        } else {
            messages.add(line);
        }
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        messages.add(END);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.complete(0);
        messages.add(END);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
