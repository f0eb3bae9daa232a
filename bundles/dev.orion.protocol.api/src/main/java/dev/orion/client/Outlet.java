// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import dev.orion.net.CloseReason;
import io.netty.channel.Channel;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Where what is meant for one client goes: the protocol's end of a {@link Client}.
 *
 * <p><b>Threads:</b> every method is called on the channel's event loop.
 */
@ConsumerType
public interface Outlet {

    /** The transport; deliveries are written to it as bytes and flushed once per turn. */
    Channel channel();

    /** How deliveries look; asked once, when the client is opened. */
    WireForm wireForm();

    /** The server has put the client on a channel; deliveries follow this call. */
    void subscribed(String channel, Subscribed position);

    /** The server has taken the client off a channel; no delivery follows this call. */
    void unsubscribed(String channel);

    /** The client is to end: the outlet says so in its protocol's words and closes. Called once. */
    void disconnect(CloseReason reason);
}
