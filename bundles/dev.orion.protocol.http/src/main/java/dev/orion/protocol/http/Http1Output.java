// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;

/**
 * What one HTTP/1.1 connection sends. Heads and small bodies are composed in one buffer until they
 * are sent, so that answers to pipelined requests leave in few pieces.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class Http1Output {

    /** A peer that reads nothing is not to hold much more memory than it is sent bytes. */
    private static final int MAX_MORE_BYTES = 4096;

    private final ChannelHandlerContext ctx;
    private ByteBuf composed; // null where there is none

    Http1Output(ChannelHandlerContext ctx) {
        this.ctx = ctx;
    }

    /**
     * Where to write something.
     *
     * @param bytes how much room there is at least
     * @param waiting how many bytes of later requests there are; their answers need room as well
     * @return lent until the next call of this object
     */
    ByteBuf room(int bytes, int waiting) {
        if (composed != null && composed.writableBytes() < bytes) {
            handOn();
        }
        if (composed == null) {
            composed = ctx.alloc().buffer(bytes + Math.min(4 * waiting, MAX_MORE_BYTES));
        }
        return composed;
    }

    /** Writes bytes, to be flushed later. <b>Buffer:</b> takes ownership. */
    void write(ByteBuf bytes) {
        handOn();
        ctx.write(bytes, ctx.voidPromise());
    }

    /** Writes what was composed: others write to the channel from now on. */
    void handOn() {
        if (composed != null) {
            ByteBuf bytes = composed;
            composed = null;
            ctx.write(bytes, ctx.voidPromise());
        }
    }

    /** Sends what was written. */
    void flush() {
        handOn();
        ctx.flush();
    }

    /** Sends bytes. <b>Buffer:</b> takes ownership. */
    ChannelFuture send(ByteBuf bytes) {
        handOn();
        return ctx.writeAndFlush(bytes);
    }

    /** Nobody will send it. */
    void release() {
        if (composed != null) {
            composed.release();
            composed = null;
        }
    }
}
