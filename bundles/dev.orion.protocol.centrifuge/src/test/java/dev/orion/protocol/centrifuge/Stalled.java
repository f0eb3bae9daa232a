// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;

/** A peer that reads nothing: what is written stays in the channel's buffer. */
final class Stalled extends ChannelOutboundHandlerAdapter {

    @Override
    public void flush(ChannelHandlerContext ctx) {
        // nothing leaves
    }
}
