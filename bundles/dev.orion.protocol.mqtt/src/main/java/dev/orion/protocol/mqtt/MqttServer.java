// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import dev.orion.access.ServerKeys;
import dev.orion.client.Clients;
import dev.orion.protocol.Connection;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Serves connections, whatever carries them.
 *
 * <p><b>Threads:</b> each connection's event loop.
 */
final class MqttServer {

    private final Clients clients;
    private final Settings settings;
    private final Predicate<String> isAdmin;
    private final Map<EventLoop, LoopShare> loops = new ConcurrentHashMap<>();

    /**
     * A server that serves nobody yet.
     *
     * @param isAdmin whether a password is the administrator's key
     */
    MqttServer(Clients clients, Settings settings, Predicate<String> isAdmin) {
        this.clients = clients;
        this.settings = settings;
        this.isAdmin = isAdmin;
    }

    void serve(Connection connection) {
        LoopShare share = share(connection.channel().eventLoop());
        connection
                .channel()
                .pipeline()
                .addLast("mqtt", new MqttConnection(this, share, connection));
    }

    private LoopShare share(EventLoop loop) {
        LoopShare share = loops.get(loop);
        if (share == null) {
            // Only this loop asks for its own share, so there is no race.
            share = new LoopShare(loop, settings, () -> loops.remove(loop));
            loops.put(loop, share);
        }
        return share;
    }

    /** What rights a password gives. */
    Set<String> roles(String password) {
        boolean opens = !password.isEmpty() && isAdmin.test(password);
        return opens ? Set.of(ServerKeys.ADMIN_ROLE) : Set.of();
    }

    Clients clients() {
        return clients;
    }

    Settings settings() {
        return settings;
    }
}
