// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.message.Message;

/**
 * Subscribers that get the same bytes from the same thread.
 *
 * <p>Items are put in from inside channels (see {@link Serial}), and taken out by the lane in the
 * same order.
 */
abstract class Group extends LaneTask {

    /** How many subscribers it has or will have; the channel's. */
    int members;

    Group(Lane lane) {
        super(lane);
    }

    /** Puts a message in. The channel's thread. */
    abstract void offer(Message message);

    /** What has publishers wait; null where messages are missed instead. */
    Backpressure backpressure() {
        return null;
    }
}
