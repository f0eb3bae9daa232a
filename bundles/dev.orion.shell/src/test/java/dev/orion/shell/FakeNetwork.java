// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.net.CloseReason;
import dev.orion.net.ConnectionInfo;
import dev.orion.net.Endpoint;
import dev.orion.net.ListenerInfo;
import dev.orion.net.NetworkManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Two listeners and two connections. */
final class FakeNetwork implements NetworkManager {

    static final String OPENED = "2025-06-01T19:50:00Z";

    final List<String> closed = new ArrayList<>();

    @Override
    public String transport() {
        return "epoll, 2 event loops";
    }

    @Override
    public String tls() {
        return "boringssl";
    }

    @Override
    public List<ListenerInfo> listeners() {
        return List.of(
                new ListenerInfo(
                        "web",
                        Endpoint.parse("http://127.0.0.1:8080"),
                        ListenerInfo.State.SERVING,
                        "",
                        2,
                        1_234,
                        0,
                        Map.of()),
                new ListenerInfo(
                        "lines",
                        Endpoint.parse("tcp://127.0.0.1:7000"),
                        ListenerInfo.State.WAITING,
                        "nobody speaks tcp",
                        0,
                        5,
                        12,
                        Map.of("tls-failed", 9L, "max-connections", 3L)));
    }

    @Override
    public List<ConnectionInfo> connections() {
        return List.of(
                connection("conn_896162d4", "web", "websocket", "127.0.0.1:51000"),
                connection("conn_0a0b0c0d", "lines", "tcp", "127.0.0.1:9"));
    }

    @Override
    public boolean close(String connectionId, CloseReason reason) {
        closed.add(connectionId + " " + reason.code());
        return connectionId.equals("conn_896162d4");
    }

    @Override
    public CompletionStage<List<ListenerInfo>> settled(Set<String> names) {
        return CompletableFuture.completedFuture(listeners());
    }

    @Override
    public CompletionStage<Void> drain(Duration timeout) {
        return CompletableFuture.completedFuture(null);
    }

    private static ConnectionInfo connection(
            String id, String listener, String protocol, String remote) {
        Endpoint endpoint = Endpoint.parse("http://127.0.0.1:8080");
        return new ConnectionInfo(id, listener, endpoint, protocol, remote, Instant.parse(OPENED));
    }
}
