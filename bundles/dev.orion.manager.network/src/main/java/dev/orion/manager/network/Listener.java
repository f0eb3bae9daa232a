// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.net.Endpoint;
import dev.orion.net.ListenerInfo;
import dev.orion.net.ListenerInfo.State;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listening socket, from its configuration to its close; its connections live on after that.
 *
 * <p><b>Threads:</b> any, except where a method says another thing.
 */
final class Listener {

    private static final Logger log = LoggerFactory.getLogger("agent.network_manager");

    private final Traffic traffic;
    private final Connections connections;
    private final Reception reception;
    private final Optional<Tls> tls;
    private final Duration handshakeTimeout;
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final CompletableFuture<Void> released = new CompletableFuture<>();

    private volatile ListenerSettings settings;
    private volatile Endpoint endpoint;
    private volatile boolean full;

    /** Guards the fields below it. */
    private final Object lock = new Object();

    private State state = State.BINDING;
    private String detail = "";
    private Channel socket;
    private boolean binding;
    private boolean closing;

    Listener(
            ListenerSettings settings,
            Traffic traffic,
            Connections connections,
            Reception reception,
            Optional<Tls> tls,
            Duration handshakeTimeout) {
        this.settings = settings;
        this.endpoint = settings.endpoint();
        this.traffic = traffic;
        this.connections = connections;
        this.reception = reception;
        this.tls = tls;
        this.handshakeTimeout = handshakeTimeout;
    }

    String name() {
        return settings.name();
    }

    /** Where it listens; with the port that the system chose once it is bound. */
    Endpoint endpoint() {
        return endpoint;
    }

    boolean isForDatagrams() {
        return settings.isForDatagrams();
    }

    ListenerSettings settings() {
        return settings;
    }

    /** Changes what can be changed without another socket. */
    void settings(ListenerSettings changed) {
        settings = changed;
    }

    Optional<Tls> tls() {
        return tls;
    }

    WaitingRoom waitingRoom() {
        return traffic.room();
    }

    void countRefused() {
        refused.increment();
    }

    // --- the socket -------------------------------------------------------------------------

    /** The address is its own now and it is about to be bound; false when it is closed already. */
    boolean beginBinding() {
        synchronized (lock) {
            binding = !closing;
            return binding;
        }
    }

    /** Takes the bound socket; false when it was closed meanwhile, and the socket with it. */
    boolean bound(Channel bound) {
        boolean keep;
        synchronized (lock) {
            keep = !closing;
            socket = bound;
            // Before the state: who sees that it is bound sees where.
            endpoint = endpoint.withPort(((InetSocketAddress) bound.localAddress()).getPort());
            state = State.SERVING;
        }
        if (!keep) {
            bound.close();
            return false;
        }
        record("Listener opened");
        return true;
    }

    /** It could not be bound, for a reason in one line. */
    void failed(String reason) {
        synchronized (lock) {
            if (closing) {
                return;
            }
            state = State.FAILED;
            detail = reason;
            binding = false;
        }
        log.atError()
                .addKeyValue("listener", name())
                .addKeyValue("endpoint", endpoint.authority())
                .addKeyValue("reason", reason)
                .log("Listener failed");
    }

    /** Closes the listening socket only; completes when its address is free again. */
    CompletableFuture<Void> close() {
        Channel open;
        boolean holdsNothing;
        synchronized (lock) {
            if (closing) {
                return released;
            }
            closing = true;
            open = socket;
            holdsNothing = socket == null && !binding;
        }
        if (open != null) {
            open.close();
            record("Listener closed");
        }
        if (holdsNothing) {
            released.complete(null);
        }
        return released;
    }

    boolean isClosing() {
        synchronized (lock) {
            return closing;
        }
    }

    /** Completed by whoever gave it its address, when it has the address no longer. */
    CompletableFuture<Void> released() {
        return released;
    }

    // --- its connections --------------------------------------------------------------------

    /** Takes a new connection. Event loop of the connection. */
    void accept(Channel channel) {
        if (traffic.open().incrementAndGet() > settings.maxConnections()) {
            traffic.open().decrementAndGet();
            refuse(channel);
            return;
        }
        full = false;
        accepted.increment();
        TrackedConnection connection = connections.open(this, channel);
        channel.closeFuture().addListener(connection);
        if (tls.isPresent()) {
            Handshake.install(connection, tls.get(), reception, handshakeTimeout);
        } else {
            reception.receive(connection);
        }
    }

    void connectionClosed(TrackedConnection connection) {
        traffic.open().decrementAndGet();
        traffic.room().leave(connection);
        connections.closed(connection);
    }

    ListenerInfo info() {
        State now;
        String why;
        synchronized (lock) {
            now = state;
            why = detail;
        }
        if (now == State.SERVING && !reception.speaks(endpoint.protocol())) {
            now = State.WAITING;
            why = "nobody speaks " + endpoint.protocol();
        }
        return new ListenerInfo(
                name(), endpoint, now, why, traffic.open().get(), accepted.sum(), refused.sum());
    }

    private void refuse(Channel channel) {
        countRefused();
        channel.close();
        if (full) {
            return;
        }
        full = true;
        log.atWarn()
                .addKeyValue("listener", name())
                .addKeyValue("endpoint", endpoint.authority())
                .addKeyValue("max_connections", settings.maxConnections())
                .log("Listener is full");
    }

    private void record(String what) {
        log.atInfo()
                .addKeyValue("listener", name())
                .addKeyValue("endpoint", endpoint.authority())
                .addKeyValue("protocol", endpoint.scheme())
                .log(what);
    }
}
