// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.SessionOutlet;
import dev.orion.message.Message;
import dev.orion.realtime.ChannelRules;

/**
 * A session's end of its subscriptions, whether a connection has it now or not.
 *
 * <p><b>Threads:</b> any, but for what says otherwise.
 */
interface Inbox {

    /** The lane of the connection that has the session; null while none has. */
    Lane lane();

    /** The outlet of that connection; null while there is none. */
    SessionOutlet outlet();

    /** What writes to that connection; null while there is none. */
    Delivery delivery();

    /** Whose own messages subscriptions with {@code noLocal} leave out. */
    String clientId();

    /** Whether the session may have what channels of such rules bring. */
    boolean mayReceive(ChannelRules rules);

    /**
     * Takes a message that is to be kept until it is acknowledged: its {@linkplain
     * FilterSubscription#effective effective} quality of service is not {@code AT_MOST_ONCE}.
     *
     * <p><b>Threads:</b> inside the message's channel, in its order, where it is live; a retained
     * one on the session's lane.
     *
     * @param retained whether it was retained, and the subscription is new
     * @param commit takes what must be stored before the publisher is answered
     */
    void offer(Message message, FilterSubscription subscription, boolean retained, Commit commit);
}
