// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static java.util.Objects.requireNonNull;

import dev.orion.net.CloseReason;
import dev.orion.net.ConnectionInfo;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * One connection. There may be very many that do nothing, so this is the one object that is kept
 * for each, it waits for its own end, and its texts are made when they are asked for.
 */
abstract class LiveConnection implements Connection, ChannelFutureListener {

    private static final AtomicReferenceFieldUpdater<LiveConnection, CloseReason> REASON =
            AtomicReferenceFieldUpdater.newUpdater(
                    LiveConnection.class, CloseReason.class, "reason");
    private static final String PREFIX = "conn_";

    private final int number;
    private final Channel channel;
    private final ConnectionEvents events;
    private final long openedMillis = System.currentTimeMillis();
    private final long openedNanos = System.nanoTime();

    // any thread
    private volatile String protocol = "";
    private volatile CloseReason reason;

    LiveConnection(int number, Channel channel, ConnectionEvents events) {
        this.number = number;
        this.channel = channel;
        this.events = events;
    }

    final int number() {
        return number;
    }

    @Override
    public final String id() {
        return PREFIX + HexFormat.of().toHexDigits(number);
    }

    @Override
    public final Channel channel() {
        return channel;
    }

    @Override
    public final String protocol() {
        return protocol;
    }

    @Override
    public final void protocol(String name) {
        protocol = requireNonNull(name, "name");
    }

    @Override
    public final void failed(Throwable cause) {
        events.failed(this, cause);
    }

    @Override
    public final void close(CloseReason why) {
        because(why);
        channel.close();
    }

    /**
     * Asks the handlers to end it in their own words; where there are none it is closed.
     *
     * <p><b>Threads:</b> the event loop.
     */
    final void goAway(CloseReason why) {
        because(why);
        if (protocol.isEmpty()) {
            channel.close();
            return;
        }
        channel.pipeline().fireUserEventTriggered(new GoAway(why));
    }

    /** Why it ended, or is about to; that the peer has gone when nobody said anything else. */
    final CloseReason reason() {
        CloseReason given = reason;
        return given == null ? CloseReason.CONNECTION_CLOSED : given;
    }

    /** {@code host:port} of the peer. */
    final String remote() {
        return channel.remoteAddress() instanceof InetSocketAddress address
                ? NetUtil.toSocketAddressString(address)
                : "unknown";
    }

    final Duration age() {
        return Duration.ofNanos(System.nanoTime() - openedNanos);
    }

    final long openedNanos() {
        return openedNanos;
    }

    final ConnectionInfo info() {
        return new ConnectionInfo(
                id(),
                listener(),
                endpoint(),
                protocol,
                remote(),
                Instant.ofEpochMilli(openedMillis));
    }

    private void because(CloseReason why) {
        REASON.compareAndSet(this, null, requireNonNull(why, "why"));
    }
}
