// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static java.util.Objects.requireNonNull;

import dev.orion.net.CloseReason;
import dev.orion.net.ConnectionInfo;
import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * One accepted connection. There may be very many that do nothing, so this is the one object that
 * is kept for each, it waits for its own end, and its texts are made when they are asked for.
 */
final class TrackedConnection implements Connection, ChannelFutureListener {

    private static final AtomicReferenceFieldUpdater<TrackedConnection, CloseReason> REASON =
            AtomicReferenceFieldUpdater.newUpdater(
                    TrackedConnection.class, CloseReason.class, "reason");
    private static final String PREFIX = "conn_";

    private final int number;
    private final Listener listener;
    private final Channel channel;
    private final ConnectionEvents events;
    private final long openedMillis = System.currentTimeMillis();
    private final long openedNanos = System.nanoTime();

    // any thread
    private volatile String protocol = "";
    private volatile String applicationProtocol = "";
    private volatile CloseReason reason;

    TrackedConnection(int number, Listener listener, Channel channel, ConnectionEvents events) {
        this.number = number;
        this.listener = listener;
        this.channel = channel;
        this.events = events;
    }

    static String id(int number) {
        return PREFIX + HexFormat.of().toHexDigits(number);
    }

    int number() {
        return number;
    }

    Listener origin() {
        return listener;
    }

    @Override
    public String id() {
        return id(number);
    }

    @Override
    public Endpoint endpoint() {
        return listener.endpoint();
    }

    @Override
    public String listener() {
        return listener.name();
    }

    @Override
    public Set<String> serves() {
        return listener.settings().serves();
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public void protocol(String name) {
        protocol = requireNonNull(name, "name");
    }

    @Override
    public void failed(Throwable cause) {
        events.failed(this, cause);
    }

    @Override
    public void defended(String limit) {
        listener.countDefence(requireNonNull(limit, "limit"));
    }

    @Override
    public String applicationProtocol() {
        return applicationProtocol;
    }

    /** Remembers what the handshake agreed on, also for who asks when it is closed. */
    void applicationProtocol(String name) {
        applicationProtocol = requireNonNull(name, "name");
    }

    /** Over TLS with its own end before that of the socket. */
    @Override
    public boolean endOutput() {
        TlsHandler tls =
                listener.tls().isPresent() ? channel.pipeline().get(TlsHandler.class) : null;
        if (tls == null) {
            return Connection.super.endOutput();
        }
        tls.closeOutbound().addListener(sent -> Connection.super.endOutput());
        return true;
    }

    @Override
    public void close(CloseReason why) {
        because(why);
        channel.close();
    }

    /**
     * Asks the handlers to end it in their own words; where there are none it is closed.
     *
     * <p><b>Threads:</b> the event loop.
     */
    void goAway(CloseReason why) {
        because(why);
        if (protocol.isEmpty()) {
            channel.close();
            return;
        }
        channel.pipeline().fireUserEventTriggered(new GoAway(why));
    }

    /** Why it ended, or is about to; that the peer has gone when nobody said anything else. */
    CloseReason reason() {
        CloseReason given = reason;
        return given == null ? CloseReason.CONNECTION_CLOSED : given;
    }

    /** {@code host:port} of the peer. */
    String remote() {
        return channel.remoteAddress() instanceof InetSocketAddress address
                ? NetUtil.toSocketAddressString(address)
                : "unknown";
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - openedNanos);
    }

    long openedNanos() {
        return openedNanos;
    }

    ConnectionInfo info() {
        return new ConnectionInfo(
                id(),
                listener(),
                endpoint(),
                protocol,
                remote(),
                Instant.ofEpochMilli(openedMillis));
    }

    @Override
    public void operationComplete(ChannelFuture closed) {
        listener.connectionClosed(this);
    }

    private void because(CloseReason why) {
        REASON.compareAndSet(this, null, requireNonNull(why, "why"));
    }
}
