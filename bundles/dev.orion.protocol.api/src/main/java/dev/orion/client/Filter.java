// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import static java.util.Objects.requireNonNull;

import dev.orion.message.ChannelPattern;

/**
 * Which channels a session subscribes to with one subscription.
 *
 * @param channels may have wildcards
 * @param share the share that the subscription is one of; empty for none. Each message goes to one
 *     subscription of a share only (MQTT 5 §4.8.2)
 */
public record Filter(ChannelPattern channels, String share) {

    public Filter {
        requireNonNull(channels, "channels");
        requireNonNull(share, "share");
    }
}
