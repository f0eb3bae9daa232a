// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/** Puts the head of a binary message before whatever is written; the bytes are not copied. */
@Sharable
class BinaryFrames extends ChannelOutboundHandlerAdapter {

    static final String NAME = "frames";

    private static final BinaryFrames PLAIN = new BinaryFrames();

    /** What makes frames of the given kind. */
    static BinaryFrames of(MessageFraming framing) {
        return framing.mayBeCompressed() ? new DeflatedFrames(framing) : PLAIN;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes && bytes.isReadable()) {
            ByteBuf head = ctx.alloc().buffer(PlainFraming.MAX_HEAD_BYTES);
            PlainFraming.head(Opcode.BINARY, bytes.readableBytes(), head);
            ctx.write(head, ctx.voidPromise());
        }
        ctx.write(message, promise);
    }
}
