// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.message.Qos;
import java.util.ArrayList;
import java.util.List;

/**
 * What is stored of a delivery that is not acknowledged.
 *
 * @param message the number of its message; of two deliveries the later one has the higher
 * @param receivedAs which place it has among those that the peer has received; 0 while it has not
 * @param subscriptions the ids of the subscriptions that it is for, of those that have one
 */
record DeliveryRecord(
        long message, Qos qos, boolean retained, long receivedAs, List<Integer> subscriptions) {

    private static final int VERSION = 1;
    private static final List<Integer> NONE = List.of(0);

    byte[] encode() {
        var out =
                new BytesOut(16)
                        .put(VERSION)
                        .number(message)
                        .put(MessageRecord.number(qos))
                        .flag(retained)
                        .number(receivedAs);
        (subscriptions.isEmpty() ? NONE : subscriptions).forEach(out::number);
        return out.toBytes();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException when it is something else
     */
    static DeliveryRecord decode(byte[] bytes) {
        var in = new BytesIn(bytes);
        in.version(VERSION);
        return new DeliveryRecord(
                in.positive(), MessageRecord.qos(in), in.flag(), in.positive(), subscriptions(in));
    }

    /** As many as there are; a 0 alone stands for none. */
    private static List<Integer> subscriptions(BytesIn in) {
        List<Integer> all = new ArrayList<>(1);
        do {
            all.add(in.number(Integer.MAX_VALUE));
        } while (in.hasMore());
        if (all.equals(NONE)) {
            return List.of();
        }
        if (all.contains(0)) {
            throw new IllegalArgumentException("subscriptions: " + all + " (expected: none is 0)");
        }
        return all;
    }
}
