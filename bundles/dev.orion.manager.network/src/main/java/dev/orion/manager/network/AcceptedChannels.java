// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;

/** Takes each connection of a listener before anything is read from it. */
@Sharable
final class AcceptedChannels extends ChannelInitializer<Channel> {

    private final Listener listener;

    AcceptedChannels(Listener listener) {
        this.listener = listener;
    }

    @Override
    protected void initChannel(Channel channel) {
        listener.accept(channel);
    }
}
