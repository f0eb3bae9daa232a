// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Makes binary messages of whatever is written, compressed ones of what is long enough.
 *
 * <p>What is delivered to many is written to one connection after the other: it is compressed for
 * the first of them, and the others of the same event loop get the same frame.
 */
@Sharable
final class DeflatedFrames extends BinaryFrames {

    /** Kept until something is flushed, which is when the turn is over. */
    private static final FastThreadLocal<Frame> LAST = new FastThreadLocal<>();

    private final MessageFraming framing;

    DeflatedFrames(MessageFraming framing) {
        this.framing = framing;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes && framing.compresses(bytes.readableBytes())) {
            try {
                ctx.write(frame(ctx, bytes), promise);
            } finally {
                bytes.release();
            }
            return;
        }
        super.write(ctx, message, promise);
    }

    /** The message as a frame, made now or for the connection before. Returns retained. */
    private ByteBuf frame(ChannelHandlerContext ctx, ByteBuf bytes) {
        Frame last = LAST.get();
        if (last != null && last.isOf(framing, bytes)) {
            return last.frame().retainedDuplicate();
        }
        forget();
        ByteBuf frame = ctx.alloc().buffer(bytes.readableBytes() + PlainFraming.MAX_HEAD_BYTES);
        framing.frame(Opcode.BINARY, bytes, frame);
        LAST.set(new Frame(framing, bytes.retain(), frame.retainedDuplicate()));
        return frame;
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        forget();
        ctx.flush();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        forget();
    }

    private static void forget() {
        Frame last = LAST.get();
        if (last != null) {
            LAST.remove();
            last.source().release();
            last.frame().release();
        }
    }

    /** The last frame; while it holds its source, nothing else can be at the source's place. */
    private record Frame(MessageFraming framing, ByteBuf source, ByteBuf frame) {

        boolean isOf(MessageFraming asked, ByteBuf bytes) {
            return source.hasMemoryAddress()
                    && bytes.hasMemoryAddress()
                    && address(bytes) == address(source)
                    && bytes.readableBytes() == source.readableBytes()
                    && asked.equals(framing);
        }

        private static long address(ByteBuf bytes) {
            return bytes.memoryAddress() + bytes.readerIndex();
        }
    }
}
