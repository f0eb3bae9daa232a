// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import dev.orion.protocol.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.LineBasedFrameDecoder;
import java.util.List;

/**
 * Cuts bytes at LF or CRLF; the end of the input also ends a line.
 *
 * <p>A line that is too long fails as soon as it is, not when its end is seen. While reading is
 * paused bytes stay bytes; only the end of the input lets out what has arrived until then.
 */
final class LineDecoder extends LineBasedFrameDecoder {

    private boolean inputEnded;

    LineDecoder(int maxLineBytes) {
        super(maxLineBytes, true, true);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event == Reading.RESUMED) {
            goOn(ctx);
            return;
        }
        inputEnded |= event == ChannelInputShutdownEvent.INSTANCE;
        super.userEventTriggered(ctx, event);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        // Not the inherited method: it reads on by itself when reading is paused.
        discardSomeReadBytes();
        ctx.fireChannelReadComplete();
    }

    @Override
    protected Object decode(ChannelHandlerContext ctx, ByteBuf in) throws Exception {
        boolean waits = Reading.isPaused(ctx.channel()) && !inputEnded;
        return waits ? null : super.decode(ctx, in);
    }

    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
            throws Exception {
        super.decodeLast(ctx, in, out);
        boolean peerStillReads = ctx.channel().isActive();
        if (out.isEmpty() && in.isReadable() && peerStillReads) {
            out.add(in.readRetainedSlice(in.readableBytes()));
        }
    }

    private void goOn(ChannelHandlerContext ctx) throws Exception {
        if (actualReadableBytes() > 0) {
            channelRead(ctx, Unpooled.EMPTY_BUFFER);
            channelReadComplete(ctx);
        }
    }
}
