// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.ProtocolManager;
import io.netty.channel.ChannelPipeline;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Gives connections to the protocol manager, and lets those wait that nobody speaks with yet.
 *
 * <p><b>Threads:</b> {@link #receive} and {@link #tryAgain} are called on the connection's event
 * loop, the rest on any.
 */
final class Reception {

    /** Nobody spoke the listener's protocol in time; later somebody may. */
    static final CloseReason NOT_SERVED = new CloseReason(3100, "not served");

    private final AtomicReference<ProtocolManager> manager = new AtomicReference<>();
    private volatile boolean closed;

    void manager(ProtocolManager now) {
        manager.set(now);
    }

    /** Forgets {@code gone}, unless it has been replaced already. */
    void managerGone(ProtocolManager gone) {
        manager.compareAndSet(gone, null);
    }

    /** Turns every connection away from now on. */
    void close() {
        closed = true;
    }

    boolean speaks(String protocol) {
        ProtocolManager now = manager.get();
        return now != null && now.speaks(protocol);
    }

    /**
     * Has a new connection served, now or, when there is room to wait, later.
     *
     * @return whether it is served now
     */
    boolean receive(TrackedConnection connection) {
        if (closed) {
            connection.close(CloseReason.SHUTDOWN);
            return false;
        }
        if (serve(connection)) {
            return true;
        }
        if (!connection.origin().waitingRoom().enter(connection)) {
            dismiss(connection);
            return false;
        }
        connection.channel().pipeline().addLast(HoldReads.INSTANCE);
        // Somebody may have come just before it sat down.
        Connections.onLoop(connection, () -> tryAgain(connection));
        return false;
    }

    /** Has a waiting connection served if that is possible now. */
    void tryAgain(TrackedConnection connection) {
        WaitingRoom room = connection.origin().waitingRoom();
        if (!room.contains(connection) || !serve(connection)) {
            return;
        }
        room.leave(connection);
        if (!connection.channel().isActive()) {
            return; // closed by who was to serve it
        }
        ChannelPipeline pipeline = connection.channel().pipeline();
        pipeline.remove(HoldReads.INSTANCE);
        // The handlers that came now have not seen it become active; this also begins to read.
        pipeline.fireChannelActive();
    }

    /** Turns away a connection that nobody serves. */
    static void dismiss(TrackedConnection connection) {
        connection.origin().countRefused();
        connection.close(NOT_SERVED);
    }

    /** Has it served if that is possible now. */
    boolean serve(Connection connection) {
        ProtocolManager now = manager.get();
        String wanted = connection.endpoint().protocol();
        if (now == null || !now.speaks(wanted)) {
            return false; // it is never seen as spoken by somebody who is not there
        }
        connection.protocol(wanted);
        if (now.serve(connection)) {
            return true;
        }
        connection.protocol("");
        return false;
    }
}
