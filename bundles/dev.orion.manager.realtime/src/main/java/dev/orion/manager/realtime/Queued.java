// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Delivery;
import dev.orion.message.Message;
import dev.orion.message.Qos;
import java.util.List;

/**
 * A delivery that waits to be sent, or to be acknowledged.
 *
 * <p><b>Threads:</b> guarded by its session's lock, but for what is final.
 */
final class Queued {

    /** What one costs in memory besides the payload, roughly. */
    static final int BYTES = 96;

    final Message message;
    final Qos qos;
    final boolean retained;
    final List<Integer> subscriptions;
    final int id;

    /** The member of a share that it was for; null where it was for this session anyway. */
    final FilterSubscription shared;

    /** Its message's place in the store; null where the session is not stored. */
    final StoredMessage stored;

    /** Whether it may be sent: it has been stored, or is not to be. */
    boolean isSafe;

    /** Whether it may have been sent, by any connection. */
    boolean wasSent;

    /** Which connection sent it last; 0 for none of this life. */
    int sentBy;

    boolean isReceived;

    Queued previous;
    Queued next;
    private boolean again;

    Queued(
            int id,
            Message message,
            Qos qos,
            boolean retained,
            List<Integer> subscriptions,
            FilterSubscription shared,
            StoredMessage stored) {
        this.id = id;
        this.message = message;
        this.qos = qos;
        this.retained = retained;
        this.subscriptions = subscriptions;
        this.shared = shared;
        this.stored = stored;
    }

    /** Whether another member of its share may have it when the session ends (MQTT 5 §4.8.2). */
    boolean mayBeHandedOn() {
        return shared != null && (qos == Qos.AT_LEAST_ONCE || !wasSent);
    }

    long bytes() {
        return (long) message.payload().length() + BYTES;
    }

    void sent(int connection) {
        again = wasSent;
        wasSent = true;
        sentBy = connection;
    }

    /** As the outlet gets it, when it has just been taken to be {@link #sent}. */
    Delivery delivery() {
        return new Delivery(id, message, qos, again, retained, subscriptions);
    }

    DeliveryRecord record(long receivedAs) {
        return new DeliveryRecord(stored.number(), qos, retained, receivedAs, subscriptions);
    }
}
