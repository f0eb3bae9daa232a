// SPDX-License-Identifier: Apache-2.0
package dev.orion.realtime;

import org.osgi.annotation.versioning.ProviderType;

/** A host's or plug-in's place among a channel's subscribers, until it is closed. */
@ProviderType
public interface Subscription extends AutoCloseable {

    String channel();

    /** How many messages it missed because it was too slow. */
    long missed();

    /** Ends it: nothing more is delivered after a delivery that is under way. */
    @Override
    void close();
}
