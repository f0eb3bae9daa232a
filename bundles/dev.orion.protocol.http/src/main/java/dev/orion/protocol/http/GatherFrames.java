// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts small buffers that are written one behind the other into one: HTTP/2 writes four for each
 * small answer, and each of them costs more on its way to the socket than the copy of its bytes.
 *
 * <p>A promise is kept when the bytes have gone where the promise's buffer would have gone, so that
 * a peer that does not read still ends no stream.
 *
 * <p><b>Threads:</b> the event loop.
 */
final class GatherFrames extends ChannelOutboundHandlerAdapter {

    static final String NAME = "gather";

    private static final int MAX_COPIED_BYTES = 1024;
    private static final int MIN_BYTES = 256;
    private static final int MAX_BYTES = 16_384;

    private ByteBuf first; // alone, it is not copied; null where there is none
    private ChannelPromise firstPromise;

    private ByteBuf gathered; // null where there is none
    private List<ChannelPromise> promises;

    private int usual = MIN_BYTES; // what there was between the last two flushes

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf bytes) || bytes.readableBytes() > MAX_COPIED_BYTES) {
            handOn(ctx);
            ctx.write(message, promise);
        } else if (gathered != null) {
            add(ctx, bytes, promise);
        } else if (first == null) {
            first = bytes;
            firstPromise = promise;
        } else {
            begin(ctx, bytes.readableBytes());
            add(ctx, bytes, promise);
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        if (gathered != null) {
            usual = Math.max(MIN_BYTES, Math.min(gathered.readableBytes(), MAX_BYTES));
        }
        handOn(ctx);
        ctx.flush();
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        handOn(ctx);
        ctx.close(promise);
    }

    @Override
    public void disconnect(ChannelHandlerContext ctx, ChannelPromise promise) {
        handOn(ctx);
        ctx.disconnect(promise);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        handOn(ctx); // where the channel is closed, this releases it and breaks the promises
    }

    private void begin(ChannelHandlerContext ctx, int more) {
        ByteBuf alone = first;
        first = null;
        gathered = ctx.alloc().buffer(Math.max(usual, alone.readableBytes() + more));
        promises = new ArrayList<>();
        add(ctx, alone, firstPromise);
    }

    private void add(ChannelHandlerContext ctx, ByteBuf bytes, ChannelPromise promise) {
        int length = bytes.readableBytes();
        if (gathered.writableBytes() < length) {
            usual = Math.min(2 * usual, MAX_BYTES);
            handOn(ctx);
            gathered = ctx.alloc().buffer(Math.max(usual, length));
            promises = new ArrayList<>();
        }
        gathered.writeBytes(bytes);
        bytes.release();
        if (!promise.isVoid()) {
            promises.add(promise);
        }
    }

    /** Writes what there is. */
    private void handOn(ChannelHandlerContext ctx) {
        if (first != null) {
            ByteBuf alone = first;
            first = null;
            ctx.write(alone, firstPromise);
        } else if (gathered != null) {
            ByteBuf bytes = gathered;
            List<ChannelPromise> kept = promises;
            gathered = null;
            promises = null;
            ctx.write(bytes).addListener(written -> tell((ChannelFuture) written, kept));
        }
    }

    private static void tell(ChannelFuture written, List<ChannelPromise> promises) {
        for (ChannelPromise promise : promises) {
            if (written.isSuccess()) {
                promise.trySuccess();
            } else {
                promise.tryFailure(written.cause());
            }
        }
    }
}
