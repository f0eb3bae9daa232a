// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.SessionOutlet;
import dev.orion.message.Message;
import dev.orion.message.Qos;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Gives a new subscription what its channels retain, as fast as its connection takes it.
 *
 * <p>What is kept until it is acknowledged goes to the session at once, which has its own bounds.
 *
 * <p><b>Threads:</b> the session's lane. <b>Ends:</b> with the last message or the connection.
 */
final class RetainedRun {

    /** Others have their turn after so many. */
    private static final int TURN = 128;

    private final Channels channels;
    private final FilterSubscription subscription;
    private final SessionOutlet outlet; // null while there is no connection
    private final Queue<Message> waiting = new ArrayDeque<>(0);

    private RetainedRun(Channels channels, FilterSubscription subscription) {
        this.channels = channels;
        this.subscription = subscription;
        this.outlet = subscription.inbox.outlet();
    }

    static void begin(Channels channels, FilterSubscription subscription) {
        var run = new RetainedRun(channels, subscription);
        var commit = new Commit();
        channels.retained()
                .select(subscription.filter.channels(), message -> run.take(message, commit));
        commit.write(channels.store());
        if (run.outlet != null && !run.waiting.isEmpty()) {
            run.goOn();
        }
    }

    private void take(Message message, Commit commit) {
        if (message.isExpired(channels.nowMs()) || !mayReceive(message)) {
            return;
        }
        if (subscription.effective(message) == Qos.AT_MOST_ONCE) {
            waiting.add(message);
        } else {
            subscription.inbox.offer(message, subscription, true, commit);
        }
    }

    private boolean mayReceive(Message message) {
        return channels.rules(message.channel()).filter(subscription.inbox::mayReceive).isPresent();
    }

    private void goOn() {
        if (isOver()) {
            return;
        }
        if (outlet.channel().isWritable()) {
            giveSome();
        } else {
            giveSomeWhenWritten();
        }
    }

    /** The subscription has ended, or the connection. */
    private boolean isOver() {
        return subscription.audience() == null || subscription.inbox.outlet() != outlet;
    }

    /** An empty write is done when everything before it has gone out. */
    private void giveSomeWhenWritten() {
        Channel wire = outlet.channel();
        wire.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(
                        written -> {
                            if (written.isSuccess()) {
                                giveSome();
                            }
                        });
    }

    /** Gives one, which may be too much already, and more while the connection takes them. */
    private void giveSome() {
        if (isOver()) {
            return;
        }
        int given = 0;
        do {
            give(waiting.remove());
            given++;
        } while (given < TURN && !waiting.isEmpty() && outlet.channel().isWritable());
        if (!waiting.isEmpty()) {
            subscription.inbox.lane().execute(this::goOn);
        }
    }

    /**
     * A message that is not the channel's any more is left out: the newer one has come, or will.
     */
    private void give(Message message) {
        if (channels.retained().holds(message)) {
            var ids = subscription.ids();
            outlet.deliver(
                    new dev.orion.client.Delivery(0, message, Qos.AT_MOST_ONCE, false, true, ids));
        }
    }
}
