// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import dev.orion.protocol.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.TooLongFrameException;
import java.util.List;

/**
 * Cuts bytes into messages, a buffer for each.
 *
 * <p>While reading is paused bytes stay bytes; only the end of the input lets out what has arrived
 * until then. After a frame that is too long nothing comes any more.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class FrameDecoder extends ByteToMessageDecoder {

    private final Framings framing;
    private final int maxFrameBytes;

    private int looked; // how many bytes have been seen to have no end in them
    private boolean inputEnded;
    private boolean failed;

    FrameDecoder(Framings framing, int maxFrameBytes) {
        this.framing = framing;
        this.maxFrameBytes = maxFrameBytes;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event == Reading.RESUMED) {
            if (actualReadableBytes() > 0) {
                channelRead(ctx, Unpooled.EMPTY_BUFFER);
                channelReadComplete(ctx);
            }
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
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (failed) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (!in.isReadable() || (Reading.isPaused(ctx.channel()) && !inputEnded)) {
            return;
        }
        int length;
        try {
            length = framing.next(in, looked, maxFrameBytes);
        } catch (TooLongFrameException tooLong) {
            failed = true;
            in.skipBytes(in.readableBytes());
            throw tooLong;
        }
        if (length == Framings.INCOMPLETE) {
            looked = in.readableBytes();
            return;
        }
        looked = 0;
        out.add(framing.message(in.readSlice(length)).retain());
    }

    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
            throws Exception {
        super.decodeLast(ctx, in, out);
        boolean isAll = out.isEmpty() && in.isReadable() && !failed;
        if (isAll && framing.endsWithInput() && ctx.channel().isActive()) {
            out.add(framing.message(in.readSlice(in.readableBytes())).retain());
        }
    }
}
