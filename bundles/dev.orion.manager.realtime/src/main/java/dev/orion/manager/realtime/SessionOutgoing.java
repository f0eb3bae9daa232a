// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.SessionOutlet;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what waits for a session to the connection that has it, as far as its window and its socket
 * allow, once per turn of the event loop.
 *
 * <p><b>Threads:</b> the connection's lane, but for {@link #announce}.
 */
final class SessionOutgoing extends LaneTask {

    private static final Logger LOG = LoggerFactory.getLogger("agent.realtime_manager");

    /** So many are taken from the queue at once. */
    private static final int MOST = 64;

    private final LastingSession session;
    private final SessionConnection connection;
    private final SessionOutlet outlet;
    private final Channel wire;

    // null while there is nothing in them, as for most sessions at all times
    private List<Queued> taken;
    private List<Queued> gone;
    private boolean waitsForSocket;
    private boolean closed;

    SessionOutgoing(LastingSession session, SessionConnection connection, SessionOutlet outlet) {
        super(connection.lane());
        this.session = session;
        this.connection = connection;
        this.outlet = outlet;
        this.wire = outlet.channel();
    }

    /** The peer is done with a delivery; the store forgets it at the end of the turn. */
    void acknowledged(Queued entry) {
        if (entry.stored != null) {
            begin();
            gone.add(entry);
        }
    }

    @Override
    void drain() {
        if (closed) {
            return;
        }
        begin();
        boolean isWritten = false;
        try {
            while (!closed && isSocketFree() && takeSome()) {
                isWritten = true;
                send();
            }
        } catch (RuntimeException | Error broken) { // a border: the outlet is a plug-in's
            LOG.atError().setCause(broken).log("Delivery failed");
            connection.broken();
        } finally {
            taken.clear();
            forget();
        }
        if (isWritten) {
            wire.flush();
        } else {
            taken = null;
            gone = null;
        }
    }

    private void begin() {
        if (taken == null) {
            taken = new ArrayList<>();
            gone = new ArrayList<>();
        }
    }

    private boolean takeSome() {
        taken.clear();
        session.take(connection, MOST, taken, gone);
        return !taken.isEmpty();
    }

    private void send() {
        for (Queued entry : taken) {
            if (closed) {
                return; // the rest has been taken, and is sent again to the next connection
            }
            if (entry.isReceived) {
                outlet.release(entry.id);
            } else {
                outlet.deliver(entry.delivery());
            }
        }
    }

    /** An empty write is done when everything before it has gone out. */
    private boolean isSocketFree() {
        if (wire.isWritable()) {
            return true;
        }
        if (!waitsForSocket) {
            waitsForSocket = true;
            wire.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(
                            written -> {
                                waitsForSocket = false;
                                if (written.isSuccess()) {
                                    announce(Lane.current());
                                }
                            });
        }
        return false;
    }

    /** Has the store forget what is done. */
    private void forget() {
        if (gone != null && !gone.isEmpty()) {
            List<Queued> done = gone.stream().filter(entry -> entry.stored != null).toList();
            gone.clear();
            if (!done.isEmpty()) {
                session.records().removeDeliveries(session.number, done);
            }
        }
    }

    void close() {
        closed = true;
        forget();
    }
}
