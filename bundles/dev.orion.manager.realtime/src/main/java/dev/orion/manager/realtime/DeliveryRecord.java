// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.message.Qos;

/**
 * What is stored of a delivery that is not acknowledged.
 *
 * @param message the number of its message; of two deliveries the later one has the higher
 * @param receivedAs which place it has among those that the peer has received; 0 while it has not
 * @param subscription the id of the subscription that it is for; 0 where that has none
 */
record DeliveryRecord(long message, Qos qos, boolean retained, long receivedAs, int subscription) {

    private static final int VERSION = 1;

    byte[] encode() {
        return new BytesOut(16)
                .put(VERSION)
                .number(message)
                .put(MessageRecord.number(qos))
                .flag(retained)
                .number(receivedAs)
                .number(subscription)
                .toBytes();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException when it is something else
     */
    static DeliveryRecord decode(byte[] bytes) {
        var in = new BytesIn(bytes);
        in.version(VERSION);
        var record =
                new DeliveryRecord(
                        in.positive(),
                        MessageRecord.qos(in),
                        in.flag(),
                        in.positive(),
                        in.number(Integer.MAX_VALUE));
        in.end();
        return record;
    }
}
