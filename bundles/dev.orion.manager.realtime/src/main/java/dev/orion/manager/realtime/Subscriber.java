// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Reply;
import dev.orion.client.Subscribed;
import dev.orion.realtime.Refusal;

/** One session's place on one channel. */
final class Subscriber {

    private final Session session;
    private final Delivery delivery; // the session's; a delivery takes the short way

    /** Whether the server, and not the client, asked for it. */
    private final boolean byServer;

    /** Its place in its group's array; -1 while it is not there. The lane's thread. */
    int index = -1;

    /** Its group, once the channel has put it into one. The channel's thread, then the lane's. */
    WireGroup group;

    /** Whether others have been told that it has come, and are to hear when it goes. Inside. */
    boolean isTold;

    /** It is not wanted any more, even if the channel does not know it yet. */
    private volatile boolean cancelled;

    Subscriber(Session session, boolean byServer) {
        this.session = session;
        this.delivery = session.delivery();
        this.byServer = byServer;
    }

    Session session() {
        return session;
    }

    Delivery delivery() {
        return delivery;
    }

    boolean isByServer() {
        return byServer;
    }

    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Answers a subscribe that was taken back before it was done. Any thread. */
    void refuse(Reply<Subscribed> reply) {
        if (!byServer) {
            session.lane().perform(() -> reply.refused(Refusal.NOT_AVAILABLE));
        }
    }
}
