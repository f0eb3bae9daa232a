// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Connector;
import dev.orion.protocol.Reading;
import dev.orion.protocol.UnreachableException;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * One server that calls are passed on to from one event loop: its connections, and the calls that
 * wait for one.
 *
 * <p>A connection takes calls up to its limit; beyond that another one is opened, up to their
 * number; beyond that calls wait, up to theirs; beyond that they are refused.
 *
 * <p><b>Threads:</b> the event loop.
 */
final class BackEnd {

    private final Endpoint endpoint;
    private final LoopShare loop;
    private final Connector connector;
    private final BackEndSettings settings;
    private final List<BackEndConnection> connections = new ArrayList<>();
    private final Queue<Passing> waiting = new ArrayDeque<>();
    private boolean connecting;
    private boolean closed;

    BackEnd(Endpoint endpoint, LoopShare loop, Connector connector, BackEndSettings settings) {
        this.endpoint = endpoint;
        this.loop = loop;
        this.connector = connector;
        this.settings = settings;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** Gives the call a connection, now or when there is one with room. */
    void open(Passing call) {
        BackEndConnection room = withRoom();
        if (room != null) {
            call.opened(room);
            return;
        }
        if (waiting.size() >= settings.waiting()) {
            call.unreachable("too many calls wait for " + endpoint);
            return;
        }
        waiting.add(call);
        connectWhereWanted();
    }

    /** The call waits no more. */
    void forget(Passing call) {
        waiting.remove(call);
    }

    /** A connection has room for calls. */
    void hasRoom() {
        BackEndConnection room;
        while (!waiting.isEmpty() && (room = withRoom()) != null) {
            waiting.remove().opened(room);
        }
        connectWhereWanted();
    }

    /** A connection takes no more calls. */
    void retired(BackEndConnection connection) {
        connections.remove(connection);
        connectWhereWanted();
        if (connections.isEmpty() && waiting.isEmpty() && !connecting) {
            loop.forget(this);
        }
    }

    /** A connection has ended before any call could go over it. */
    void stillborn(String reason) {
        connecting = false;
        unreachable(reason);
    }

    void ready(BackEndConnection connection) {
        connecting = false;
        if (closed) {
            connection.goAway();
            return;
        }
        connections.add(connection);
        hasRoom();
    }

    /** Takes no more calls; those that go over its connections go on. */
    void close() {
        closed = true;
        refuseWaiting(LoopShare.SHUTDOWN);
        List.copyOf(connections).forEach(BackEndConnection::goAway);
    }

    private BackEndConnection withRoom() {
        for (BackEndConnection connection : connections) {
            if (connection.hasRoom()) {
                return connection;
            }
        }
        return null;
    }

    private void connectWhereWanted() {
        if (waiting.isEmpty() || connecting || connections.size() >= settings.connections()) {
            return;
        }
        connecting = true;
        connector
                .connect(endpoint, loop.loop, this::install)
                .addListener((Future<Connection> done) -> connected(done));
    }

    private void install(Connection connection) {
        new BackEndConnection(connection, this, loop, settings).install();
    }

    private void connected(Future<Connection> done) {
        if (done.isSuccess()) {
            Reading.resume(done.getNow().channel());
        } else {
            Throwable cause = done.cause();
            stillborn(
                    cause instanceof UnreachableException unreachable
                            ? unreachable.reason()
                            : String.valueOf(cause.getMessage()));
        }
    }

    /** Calls wait on only where a connection is there that may get room. */
    private void unreachable(String reason) {
        if (!connections.isEmpty()) {
            return;
        }
        loop.forget(this);
        refuseWaiting(endpoint + ": " + reason);
    }

    private void refuseWaiting(String reason) {
        List<Passing> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(call -> call.unreachable(reason));
    }
}
