// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Filter;
import dev.orion.client.SessionOutlet;
import dev.orion.message.Message;
import dev.orion.realtime.ChannelRules;
import java.util.Map;

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

    /** The session's subscriptions. The session's lane; any thread while it is not connected. */
    Map<Filter, FilterSubscription> subscriptions();

    /** Those that overlap; null until a filter of the session has wildcards. As above. */
    Overlap overlap();

    /** Keeps what {@link #overlap} returns. As above. */
    void overlap(Overlap made);

    /** Whether the session may have what channels of such rules bring. */
    boolean mayReceive(ChannelRules rules);

    /**
     * Takes a message that is to be kept until it is acknowledged: its {@linkplain Terms#effective
     * effective} quality of service is not {@code AT_MOST_ONCE}.
     *
     * <p><b>Threads:</b> inside the message's channel, in its order, where it is live; a retained
     * one on the session's lane.
     *
     * @param retained whether it was retained, and the subscription is new
     * @param commit takes what must be stored before the publisher is answered
     */
    void offer(Message message, Terms terms, boolean retained, Commit commit);
}
