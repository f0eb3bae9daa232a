// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.realtime.SlowPolicy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;

/**
 * Writes to one client what its channels bring, and does what their rules say when its connection
 * is full.
 *
 * <p><b>Threads:</b> the client's event loop.
 */
final class Delivery {

    private final Channel wire;
    private final Lane lane;
    private final Runnable tooSlow;

    private Backlog backlog; // made when the connection is first full
    private boolean flushPending;
    private boolean ending;
    private boolean closed;

    /**
     * @param tooSlow ends the client, later: it is called in the middle of a delivery to others
     */
    Delivery(Channel wire, Lane lane, Runnable tooSlow) {
        this.wire = wire;
        this.lane = lane;
        this.tooSlow = tooSlow;
    }

    /**
     * Writes a batch of deliveries, or keeps it for later.
     *
     * <p><b>Buffer:</b> takes ownership of {@code batch}.
     *
     * @param lastMessageAt where the newest message of the batch begins
     */
    void deliver(ByteBuf batch, int lastMessageAt, LiveChannel channel, boolean flushNow) {
        boolean waits = backlog != null && !backlog.isEmpty();
        if (waits || !wire.isWritable()) {
            deliverSlowly(batch, lastMessageAt, channel);
            return;
        }
        wire.write(batch, wire.voidPromise());
        if (flushNow) {
            wire.flush();
        } else if (!flushPending) {
            flushPending = true;
            lane.flushLater(this);
        }
    }

    void flush() {
        flushPending = false;
        wire.flush();
    }

    /** Drops what waits from a channel that the client has left. */
    void forget(LiveChannel channel) {
        if (backlog != null) {
            backlog.removeAll(channel);
        }
    }

    void close() {
        closed = true;
        if (backlog != null) {
            backlog.clear();
        }
    }

    private void deliverSlowly(ByteBuf batch, int lastMessageAt, LiveChannel channel) {
        SlowPolicy policy = channel.rules().slow();
        if (policy == SlowPolicy.DISCONNECT || ending || !wire.isActive()) {
            batch.release();
            if (!ending && wire.isActive()) {
                ending = true;
                tooSlow.run();
            }
            return;
        }
        if (backlog == null) {
            backlog = new Backlog();
        }
        boolean first = backlog.isEmpty();
        backlog.add(batch, lastMessageAt, channel, policy);
        if (first) {
            flushBacklogWhenWritten();
        }
    }

    /** An empty write is done when everything before it has gone out. */
    private void flushBacklogWhenWritten() {
        wire.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(
                        written -> {
                            if (written.isSuccess() && !closed) {
                                flushBacklog();
                            }
                        });
    }

    private void flushBacklog() {
        ByteBuf next = backlog.poll();
        while (next != null) {
            wire.write(next, wire.voidPromise());
            next = wire.isWritable() ? backlog.poll() : null;
        }
        wire.flush();
        if (!backlog.isEmpty()) {
            flushBacklogWhenWritten();
        }
    }
}
