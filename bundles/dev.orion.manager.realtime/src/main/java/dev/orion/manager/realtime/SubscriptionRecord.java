// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Filter;
import dev.orion.client.FilterOptions;
import dev.orion.client.FilterOptions.Retained;
import dev.orion.message.ChannelPattern;
import dev.orion.message.Qos;

/** What is stored of a session's subscription. */
record SubscriptionRecord(Filter filter, FilterOptions options) {

    private static final int VERSION = 1;

    byte[] encode() {
        return new BytesOut(32)
                .put(VERSION)
                .text(filter.share())
                .text(filter.channels().toString())
                .put(MessageRecord.number(options.qos()))
                .flag(options.noLocal())
                .flag(options.retainAsPublished())
                .put(number(options.retained()))
                .number(options.id())
                .toBytes();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException when it is something else
     */
    static SubscriptionRecord decode(byte[] bytes) {
        var in = new BytesIn(bytes);
        in.version(VERSION);
        String share = in.text();
        var filter = new Filter(ChannelPattern.parse(in.text()), share);
        Qos qos = MessageRecord.qos(in);
        boolean noLocal = in.flag();
        boolean retainAsPublished = in.flag();
        Retained retained =
                switch (in.get(3)) {
                    case 0 -> Retained.ALL;
                    case 1 -> Retained.IF_NEW;
                    default -> Retained.NONE;
                };
        int id = in.number(Integer.MAX_VALUE);
        in.end();
        return new SubscriptionRecord(
                filter, new FilterOptions(qos, noLocal, retainAsPublished, retained, id));
    }

    private static int number(Retained retained) {
        return switch (retained) {
            case ALL -> 0;
            case IF_NEW -> 1;
            case NONE -> 2;
        };
    }
}
