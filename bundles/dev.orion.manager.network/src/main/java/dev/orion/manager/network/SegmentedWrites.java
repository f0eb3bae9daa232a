// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * Has datagrams of one size for one peer that are written one behind the other sent as one, of
 * which the system makes single ones again (UDP_SEGMENT); the last of them may be shorter.
 *
 * <p>Of those whose writer wants to know what becomes of them none is. Where the way to a peer does
 * not take what is sent as one it is sent one by one, and so is everything after that.
 *
 * <p><b>Threads:</b> the socket's event loop.
 *
 * <p><b>Buffer:</b> what waits for the next flush is copied, and freed in its turn.
 */
final class SegmentedWrites extends ChannelOutboundHandlerAdapter {

    /** With its headers it is what every way carries (RFC 8200 §5); none is fragmented. */
    static final int MAX_BYTES = 1280 - 48;

    /** UDP_MAX_SEGMENTS of Linux until 6.8. */
    static final int MAX_SEGMENTS = 64;

    private static final int MAX_TOTAL_BYTES = 65_000;

    // of Linux: longer than the way takes, a device that makes no check sums, both
    private static final int EINVAL = 22;
    private static final int EIO = 5;
    private static final int EMSGSIZE = 90;

    private Object first; // null where there is none, or more than one
    private ByteBuf all; // null until there is a second one
    private InetSocketAddress peer; // null on a socket that has one for all
    private int size;
    private int room; // for so many more
    private boolean refused; // once

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ByteBuf content = content(message);
        if (refused || content == null || !promise.isVoid() || !mayBeSegment(content)) {
            emit(ctx);
            ctx.write(message, promise);
            return;
        }
        InetSocketAddress to = message instanceof DatagramPacket packet ? packet.recipient() : null;
        int bytes = content.readableBytes();
        if (room > 0 && bytes <= size && Objects.equals(to, peer)) {
            append(ctx, content);
            ReferenceCountUtil.release(message);
            room = bytes < size ? 0 : room - 1; // nothing may come behind a shorter one
        } else {
            emit(ctx);
            first = message;
            peer = to;
            size = bytes;
            room = capacity(bytes) - 1;
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        emit(ctx);
        ctx.flush();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ReferenceCountUtil.release(first);
        ReferenceCountUtil.release(all);
        forget();
    }

    private void append(ChannelHandlerContext ctx, ByteBuf content) {
        if (all == null) {
            all = ctx.alloc().directBuffer(capacity(size) * size);
            ByteBuf begin = content(first);
            all.writeBytes(begin, begin.readerIndex(), begin.readableBytes());
            ReferenceCountUtil.release(first);
            first = null;
        }
        all.writeBytes(content, content.readerIndex(), content.readableBytes());
    }

    private void emit(ChannelHandlerContext ctx) {
        Object single = first;
        ByteBuf several = all;
        InetSocketAddress to = peer;
        int segment = size;
        forget();
        if (single != null) {
            ctx.write(single, ctx.voidPromise());
        } else if (several != null) {
            ByteBuf kept = several.retainedDuplicate();
            ctx.write(packet(ctx, several, segment, to))
                    .addListener(
                            written -> {
                                if (wouldGoSingly(written.cause())) {
                                    refused = true;
                                    writeSingly(ctx, kept, segment, to);
                                } else if (!written.isSuccess()) {
                                    ctx.fireExceptionCaught(written.cause());
                                }
                                kept.release();
                            });
        }
    }

    private void forget() {
        first = null;
        all = null;
        peer = null;
        room = 0;
    }

    private static void writeSingly(
            ChannelHandlerContext ctx, ByteBuf several, int segment, InetSocketAddress to) {
        while (several.isReadable()) {
            ByteBuf one = several.readRetainedSlice(Math.min(segment, several.readableBytes()));
            ctx.write(to == null ? one : new DatagramPacket(one, to), ctx.voidPromise());
        }
        ctx.flush();
    }

    private static SegmentedDatagramPacket packet(
            ChannelHandlerContext ctx, ByteBuf several, int segment, InetSocketAddress to) {
        return to == null
                ? new SegmentedDatagramPacket(
                        several, segment, null, (InetSocketAddress) ctx.channel().localAddress())
                : new SegmentedDatagramPacket(several, segment, to);
    }

    /** Whether the system would have taken them one by one. */
    private static boolean wouldGoSingly(Throwable cause) {
        if (!(cause instanceof NativeIoException failure)) {
            return false;
        }
        int number = -failure.expectedErr();
        return number == EINVAL || number == EIO || number == EMSGSIZE;
    }

    private static int capacity(int bytes) {
        return Math.min(MAX_SEGMENTS, MAX_TOTAL_BYTES / bytes);
    }

    private static boolean mayBeSegment(ByteBuf content) {
        return content.isReadable() && content.readableBytes() <= MAX_BYTES;
    }

    /** Null for what is no single datagram. */
    private static ByteBuf content(Object message) {
        if (message instanceof ByteBuf bytes) {
            return bytes;
        }
        return message instanceof DatagramPacket packet
                        && !(message instanceof SegmentedDatagramPacket)
                ? packet.content()
                : null;
    }
}
