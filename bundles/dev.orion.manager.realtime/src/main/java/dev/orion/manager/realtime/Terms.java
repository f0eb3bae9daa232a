// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.message.Message;
import dev.orion.message.Qos;
import java.util.List;

/** How a session is to get a message: as its subscription wishes, or as several do together. */
interface Terms {

    /** How surely it is to get a message. */
    Qos effective(Message message);

    /** Whether it is told that the message was published to be retained. */
    boolean retainAsPublished();

    /** The ids of the subscriptions, of those that have one. */
    List<Integer> ids();

    /** The member of a share that it is for; null where it is for the session anyway. */
    FilterSubscription shared();
}
