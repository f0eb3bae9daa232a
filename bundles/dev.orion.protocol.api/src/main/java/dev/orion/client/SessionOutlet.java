// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Where what is meant for a session goes: the protocol's end of a {@link ClientSession}.
 *
 * <p><b>Threads:</b> every method is called on the channel's event loop.
 */
@ConsumerType
public interface SessionOutlet extends Outlet {

    /**
     * How deliveries of {@link dev.orion.message.Qos#AT_MOST_ONCE} look; clients with equal forms
     * share the bytes. Asked once for each subscription, and again where subscriptions overlap.
     *
     * @param retainAsPublished whether one says that its message was published to be retained
     * @param subscriptions the ids of the subscriptions that it is for, of those that have one
     */
    WireForm wireForm(boolean retainAsPublished, List<Integer> subscriptions);

    /**
     * Writes a delivery that is for this session only; it is flushed by the end of the turn. What
     * cannot be written, because the peer takes no packet of that size, is acknowledged at once.
     */
    void deliver(Delivery delivery);

    /**
     * Writes once more that a delivery of {@link dev.orion.message.Qos#EXACTLY_ONCE}, of which the
     * peer has said before that it has it, is released (MQTT 5 §4.4).
     */
    void release(int id);
}
