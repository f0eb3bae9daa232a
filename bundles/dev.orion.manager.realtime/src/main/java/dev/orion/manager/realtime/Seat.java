// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

/** What a session has of an {@link Audience}, for one of its subscriptions or for several. */
abstract class Seat {

    final Inbox inbox;

    /** What the audience writes to. The lane's thread. */
    Delivery delivery;

    /** Its place in the audience's array; -1 while it has none. The lane's thread. */
    int index = -1;

    Seat(Inbox inbox) {
        this.inbox = inbox;
    }
}
