// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.udp;

import dev.orion.net.CloseReason;
import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Connector;
import dev.orion.protocol.Reading;
import dev.orion.protocol.UnreachableException;
import dev.orion.route.Route;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One peer's datagrams to a server, over a socket of their own, and the server's answers to that
 * peer and nobody else.
 *
 * <p>What cannot be sent at once because a buffer is full is dropped, as a network does.
 *
 * <p><b>Threads:</b> the event loop of both sockets.
 */
final class Flow extends ChannelInboundHandlerAdapter {

    /** Datagrams that wait until the socket is there; what comes beyond is dropped. */
    private static final int MAX_EARLY = 16;

    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.udp");

    private final Flows flows;
    private final Connection socket;
    private final InetSocketAddress peer;
    private final Route route;
    private final long idleNanos;
    private final Queue<ByteBuf> early = new ArrayDeque<>(1);

    private Future<Connection> opening;
    private Connection upstream; // null until it is there
    private long passedAt;
    private boolean dirty;
    private boolean ended;

    Flow(Flows flows, Connection socket, InetSocketAddress peer, Route route, Duration idle) {
        this.flows = flows;
        this.socket = socket;
        this.peer = peer;
        this.route = route;
        this.idleNanos = idle.toNanos();
        this.passedAt = flows.nowNanos();
    }

    InetSocketAddress peer() {
        return peer;
    }

    Route route() {
        return route;
    }

    void begin(Endpoint to, Connector connector) {
        opening =
                connector.connect(
                        to,
                        socket.channel().eventLoop(),
                        connection -> connection.channel().pipeline().addLast("flow", this));
        opening.addListener(
                (Future<Connection> done) -> {
                    if (done.isSuccess()) {
                        opened(done.getNow());
                    } else if (!done.isCancelled()) {
                        unreachable(done.cause());
                    }
                });
    }

    /**
     * Sends one of the peer's datagrams on, unless it is empty: Netty sends none that is, and with
     * sendmmsg in its place the one behind it once more.
     *
     * <p><b>Buffer:</b> borrows it.
     */
    void send(ByteBuf content) {
        passedAt = flows.nowNanos();
        if (!content.isReadable()) {
            return;
        }
        if (upstream == null) {
            if (early.size() < MAX_EARLY && !ended) {
                early.add(content.copy()); // itself is a part of the room for many
            }
            return;
        }
        Channel channel = upstream.channel();
        if (channel.isWritable()) {
            channel.write(content.retain(), channel.voidPromise());
            if (!dirty) {
                dirty = true;
                flows.isDirty(this);
            }
        }
    }

    void flush() {
        dirty = false;
        if (upstream != null) {
            upstream.channel().flush();
        }
    }

    boolean isIdle(long nowNanos) {
        return nowNanos - passedAt >= idleNanos;
    }

    /** Ends it; the peer's next datagram begins another one. */
    void end() {
        if (ended) {
            return;
        }
        ended = true;
        early.forEach(ReferenceCountUtil::release);
        early.clear();
        flows.ended(this);
        opening.cancel(false);
        if (upstream != null) {
            upstream.close(CloseReason.CONNECTION_CLOSED);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var packet = (DatagramPacket) message;
        try {
            Channel back = socket.channel();
            if (ended) {
                return;
            }
            passedAt = flows.nowNanos();
            if (packet.content().isReadable() && back.isWritable()) {
                back.write(new DatagramPacket(packet.content().retain(), peer), back.voidPromise());
            }
        } finally {
            packet.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        socket.channel().flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end();
    }

    /** As a rule that nobody is at the server's port (ICMP). */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!ended) {
            failed(cause);
        }
    }

    private void opened(Connection connection) {
        if (ended) {
            connection.close(CloseReason.CONNECTION_CLOSED);
            return;
        }
        upstream = connection;
        Reading.resume(connection.channel());
        for (ByteBuf datagram = early.poll(); datagram != null; datagram = early.poll()) {
            connection.channel().write(datagram, connection.channel().voidPromise());
        }
        connection.channel().flush();
    }

    private void unreachable(Throwable cause) {
        if (!ended) {
            failed(cause);
        }
    }

    private void failed(Throwable cause) {
        route.failed();
        log.atDebug()
                .addKeyValue("route", route.name())
                .addKeyValue(
                        "reason",
                        cause instanceof UnreachableException known
                                ? known.reason()
                                : cause.toString())
                .log("Flow failed");
        end();
    }
}
