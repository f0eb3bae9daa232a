// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import dev.orion.net.CloseReason;
import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Connector;
import dev.orion.protocol.Reading;
import dev.orion.protocol.UnreachableException;
import dev.orion.protocol.Wheel;
import dev.orion.route.Route;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection that is carried on to another server, byte for byte.
 *
 * <p><b>Threads:</b> the event loop that both sides live on.
 *
 * <p><b>Ends:</b> with both directions; when either side is reset; when the plug-in goes; when
 * nothing has passed for the idle timeout, where there is one.
 */
final class PassThrough {

    /** The server that a route leads to could not be reached; later it may. */
    static final CloseReason UNREACHABLE = new CloseReason(3102, "unreachable");

    /** Nothing has passed for as long as the route allows. */
    static final CloseReason IDLE = new CloseReason(3103, "idle");

    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.tcp");

    private final Route route;
    private final Connection inbound;
    private final Side client;
    private final Optional<Idleness> idleness;

    private Side server;
    private Future<Connection> opening;
    private boolean ended;

    private PassThrough(Route route, Connection inbound, Optional<Idleness> idleness) {
        this.route = route;
        this.inbound = inbound;
        this.idleness = idleness;
        this.client = new Side(this, inbound);
    }

    /** Takes a new connection and begins to open the other one. */
    static void begin(
            Connection inbound,
            Route route,
            Endpoint to,
            Duration idleTimeout,
            Connector connector,
            Wheels wheels) {
        Optional<Idleness> idleness =
                idleTimeout.isZero()
                        ? Optional.empty()
                        : Optional.of(new Idleness(wheels.of(inbound.channel().eventLoop())));
        var flow = new PassThrough(route, inbound, idleness);
        idleness.ifPresent(entry -> entry.watch(flow, idleTimeout));
        flow.begin(to, connector);
    }

    private void begin(Endpoint to, Connector connector) {
        route.began();
        inbound.channel()
                .closeFuture()
                .addListener(
                        closed -> {
                            route.ended();
                            idleness.ifPresent(Idleness::stop);
                        });
        join(inbound, client);
        Reading.pause(inbound.channel()); // until there is somebody who takes it
        opening = connector.connect(to, inbound.channel().eventLoop(), this::install);
        opening.addListener(
                done -> {
                    if (done.isSuccess()) {
                        opened();
                    } else if (!done.isCancelled()) {
                        unreachable(done.cause());
                    }
                });
    }

    private void install(Connection outbound) {
        server = new Side(this, outbound);
        join(outbound, server);
        client.link(server);
        server.link(client);
    }

    private static void join(Connection connection, Side side) {
        Channel channel = connection.channel();
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.pipeline().addLast("pass", side);
    }

    private void opened() {
        if (!ended) {
            client.begin();
            server.begin();
        }
    }

    private void unreachable(Throwable cause) {
        route.failed();
        log.atDebug()
                .addKeyValue("connection_id", inbound.id())
                .addKeyValue("route", route.name())
                .addKeyValue(
                        "reason",
                        cause instanceof UnreachableException known ? known.reason() : cause)
                .log("Route leads nowhere");
        inbound.failed(cause);
        ended = true;
        inbound.close(UNREACHABLE);
    }

    // --- what the sides tell ------------------------------------------------------------------

    /** Something has passed. */
    void passed() {
        if (idleness.isPresent()) {
            idleness.get().passed();
        }
    }

    /** Both directions have come to their ends. */
    void done() {
        ended = true;
        client.close(CloseReason.CONNECTION_CLOSED);
        server.close(CloseReason.CONNECTION_CLOSED);
    }

    /** A side has broken: the other one is told in the same words. */
    void broken(Side side) {
        boolean first = !ended;
        ended = true;
        side.close(CloseReason.CONNECTION_CLOSED);
        if (server == null) {
            opening.cancel(false);
        } else if (first) {
            other(side).reset();
        }
    }

    /** A side is closed, and not by this. What it has sent still goes to the other one. */
    void gone(Side side) {
        if (ended) {
            return;
        }
        ended = true;
        if (server == null) {
            opening.cancel(false);
        } else {
            other(side).leave(CloseReason.CONNECTION_CLOSED);
        }
    }

    /** Both sides are to go; what has been read from the one still goes to the other. */
    void end(CloseReason reason) {
        if (ended) {
            return;
        }
        ended = true;
        client.leave(reason);
        if (server == null) {
            opening.cancel(false);
        } else {
            server.leave(reason);
        }
    }

    boolean isEnded() {
        return ended;
    }

    /** What the peers have not taken yet; of somebody who reads slowly it is all that passes. */
    private long owedBytes() {
        return client.owedBytes() + (server == null ? 0 : server.owedBytes());
    }

    private Side other(Side side) {
        return side == client ? server : client;
    }

    /** Notices that nothing passes any more. */
    private static final class Idleness extends Wheel.Entry {

        private final Wheel wheel;
        private PassThrough flow;
        private long limitMs;
        private long passedAtMs;
        private long owedBefore; // when it was last due

        Idleness(Wheel wheel) {
            this.wheel = wheel;
        }

        void watch(PassThrough watched, Duration limit) {
            flow = watched;
            limitMs = limit.toMillis();
            wheel.schedule(this, limitMs);
            passedAtMs = wheel.nowMs();
        }

        void passed() {
            passedAtMs = wheel.nowMs();
        }

        void stop() {
            wheel.cancel(this);
        }

        @Override
        protected void due() {
            long silence = wheel.nowMs() - passedAtMs;
            long owed = flow.owedBytes();
            boolean drains = owed > 0 && owed != owedBefore;
            owedBefore = owed;
            if (silence >= limitMs && drains) {
                wheel.schedule(this, limitMs);
            } else if (silence >= limitMs) {
                flow.end(IDLE);
            } else {
                wheel.schedule(this, limitMs - silence);
            }
        }

        @Override
        protected void failed() {
            flow.inbound.close(CloseReason.INTERNAL_ERROR);
        }

        @Override
        protected void dismissed() {
            flow.inbound.close(CloseReason.SHUTDOWN);
        }
    }
}
