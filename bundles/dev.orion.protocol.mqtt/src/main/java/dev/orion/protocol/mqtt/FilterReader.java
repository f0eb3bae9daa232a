// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import dev.orion.client.Filter;
import dev.orion.message.ChannelPattern;
import java.util.Optional;

/** Reads topic filters, shared ones too (MQTT 5 §4.7, §4.8.2). */
final class FilterReader {

    private static final String SHARE = "$share/";

    private FilterReader() {}

    /** A filter; empty when it is none. */
    static Optional<Filter> read(String text) {
        if (!text.startsWith(SHARE)) {
            return pattern(text).map(pattern -> new Filter(pattern, ""));
        }
        int end = text.indexOf('/', SHARE.length());
        if (end <= SHARE.length()) {
            return Optional.empty(); // MQTT-4.8.2-1
        }
        String share = text.substring(SHARE.length(), end);
        if (share.indexOf('+') >= 0 || share.indexOf('#') >= 0) {
            return Optional.empty(); // MQTT-4.8.2-2
        }
        return pattern(text.substring(end + 1)).map(pattern -> new Filter(pattern, share));
    }

    private static Optional<ChannelPattern> pattern(String text) {
        try {
            return Optional.of(ChannelPattern.parse(text));
        } catch (IllegalArgumentException invalid) {
            return Optional.empty();
        }
    }
}
