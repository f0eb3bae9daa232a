// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/** Puts the head of a binary message before whatever is written; the bytes are not copied. */
@Sharable
final class BinaryFrames extends ChannelOutboundHandlerAdapter {

    static final BinaryFrames INSTANCE = new BinaryFrames();
    static final String NAME = "frames";

    private BinaryFrames() {}

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes && bytes.isReadable()) {
            ByteBuf head = ctx.alloc().buffer(TextFraming.MAX_HEAD_BYTES);
            TextFraming.head(Opcode.BINARY, bytes.readableBytes(), head);
            ctx.write(head, ctx.voidPromise());
        }
        ctx.write(message, promise);
    }
}
