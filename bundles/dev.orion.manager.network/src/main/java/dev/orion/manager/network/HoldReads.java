// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;

/** Leaves the bytes of a connection that nobody serves yet in the socket. */
@Sharable
final class HoldReads extends ChannelOutboundHandlerAdapter {

    static final HoldReads INSTANCE = new HoldReads();

    private HoldReads() {}

    @Override
    public void read(ChannelHandlerContext ctx) {
        // The connection becomes active once more when it is served, and is read then.
    }
}
