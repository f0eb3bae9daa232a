// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.udp;

import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Connector;
import dev.orion.route.Route;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.Ticker;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flows of one socket: which peer's datagrams go where.
 *
 * <p>Bounded: who comes when a route has all the flows that it may have is refused, so that nobody
 * with many addresses takes the place of those who are being served; and one address has only its
 * share of them, whatever ports it sends from. A flow on which nothing passes for the idle timeout
 * ends; one timer for all of them, only while there are any.
 *
 * <p><b>Threads:</b> the socket's event loop.
 */
final class Flows {

    private static final long LOOK_MILLIS = 500;
    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.udp");

    private final Connection socket;
    private final Connector connector;
    private final FlowLimits limits;
    private final Ticker ticker;

    private final Map<InetSocketAddress, Flow> byPeer = new LinkedHashMap<>();
    private final List<Flow> dirty = new ArrayList<>();
    private Route route; // of the settings; null until there is one
    private RouteSettings settings;
    private boolean looking;
    private boolean closed;

    Flows(Connection socket, Connector connector, FlowLimits limits) {
        this.socket = socket;
        this.connector = connector;
        this.limits = limits;
        this.ticker =
                socket.channel().eventLoop() instanceof AbstractScheduledEventExecutor executor
                        ? executor.ticker()
                        : Ticker.systemTicker();
    }

    /** Sends it on where its peer has a flow. */
    boolean carry(DatagramPacket packet) {
        if (byPeer.isEmpty()) {
            return false;
        }
        Flow flow = byPeer.get(packet.sender());
        if (flow == null) {
            return false;
        }
        flow.send(packet.content());
        return true;
    }

    /** Begins a flow with its first datagram, if there is room for one. */
    void open(DatagramPacket packet, Route along, Endpoint to) {
        if (along != route) {
            route = along;
            settings = RouteSettings.of(along.settings());
        }
        InetSocketAddress peer = packet.sender();
        along.began();
        if (closed || isFull(peer)) {
            along.failed();
            along.ended();
            return;
        }
        var flow = new Flow(this, socket, peer, along, settings.idleTimeout());
        byPeer.put(peer, flow);
        flow.begin(to, connector);
        flow.send(packet.content());
        lookLater();
    }

    private boolean isFull(InetSocketAddress peer) {
        String limit = limits.enter(route.name(), peer.getAddress(), settings);
        if (limit.isEmpty()) {
            return false;
        }
        socket.defended(limit);
        log.atDebug()
                .addKeyValue("route", route.name())
                .addKeyValue("remote", peer)
                .addKeyValue("reason", limit)
                .log("Flow refused");
        return true;
    }

    /** Sends what this turn has brought. */
    void flush() {
        for (Flow flow : dirty) {
            flow.flush();
        }
        dirty.clear();
    }

    void close() {
        closed = true;
        List.copyOf(byPeer.values()).forEach(Flow::end);
    }

    int size() {
        return byPeer.size();
    }

    // --- what flows tell ------------------------------------------------------------------------

    void isDirty(Flow flow) {
        dirty.add(flow);
    }

    void ended(Flow flow) {
        byPeer.remove(flow.peer());
        limits.leave(flow.route().name(), flow.peer().getAddress());
        flow.route().ended();
    }

    long nowNanos() {
        return ticker.nanoTime();
    }

    // --------------------------------------------------------------------------------------------

    private void lookLater() {
        if (!looking) {
            looking = true;
            EventLoop loop = socket.channel().eventLoop();
            loop.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        looking = false;
        long now = nowNanos();
        List<Flow> idle = new ArrayList<>();
        for (Iterator<Flow> all = byPeer.values().iterator(); all.hasNext(); ) {
            Flow flow = all.next();
            if (flow.isIdle(now)) {
                idle.add(flow);
            }
        }
        idle.forEach(Flow::end);
        if (!byPeer.isEmpty()) {
            lookLater();
        }
    }
}
