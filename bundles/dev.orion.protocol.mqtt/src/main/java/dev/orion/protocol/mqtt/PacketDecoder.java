// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import dev.orion.protocol.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Cuts bytes into packets (MQTT 5 §2.1).
 *
 * <p>A packet that is too long is known as soon as its length is, and is not gathered. While
 * reading is paused packets stay bytes.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
abstract class PacketDecoder extends ByteToMessageDecoder {

    private static final int MAX_LENGTH_BYTES = 4;

    private boolean deaf;

    /** The longest packet that may come now, its fixed header included. */
    abstract int maxPacketBytes();

    /** Whether such a packet may come now; where not, the peer has been told. */
    abstract boolean expects(int firstByte);

    /**
     * Takes a packet.
     *
     * <p><b>Buffer:</b> borrows {@code in}, which has the packet without its fixed header.
     */
    abstract void packet(int firstByte, ByteBuf in);

    /** The peer broke a rule. */
    abstract void broken(BrokenRule rule);

    /** Whatever comes from now on has no meaning. */
    final void stopListening() {
        deaf = true;
    }

    /** Goes on with what came before reading was paused. */
    final void goOn(ChannelHandlerContext ctx) throws Exception {
        if (actualReadableBytes() > 0) {
            channelRead(ctx, Unpooled.EMPTY_BUFFER);
            channelReadComplete(ctx);
        }
    }

    @Override
    protected final void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (deaf) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (Reading.isPaused(ctx.channel())) {
            return;
        }
        try {
            next(in);
        } catch (IndexOutOfBoundsException tooShort) {
            broken(BrokenRule.malformed("packet too short"));
        } catch (BrokenRule rule) {
            broken(rule);
        }
    }

    private void next(ByteBuf in) {
        int start = in.readerIndex();
        int firstByte = in.getUnsignedByte(start);
        if (!expects(firstByte)) {
            return;
        }
        int at = start + 1;
        int length = 0;
        int digit;
        do {
            if (at > start + MAX_LENGTH_BYTES) {
                throw BrokenRule.malformed("remaining length of more than four bytes");
            }
            if (at == in.writerIndex()) {
                return;
            }
            digit = in.getByte(at);
            length |= (digit & 0x7f) << (7 * (at - start - 1));
            at++;
        } while (digit < 0);
        if (digit == 0 && at > start + 2) {
            throw BrokenRule.malformed("remaining length with needless bytes"); // MQTT-1.5.5-1
        }
        if (length > maxPacketBytes() - (at - start)) {
            throw new BrokenRule(Reason.PACKET_TOO_LARGE, "packet too large");
        }
        if (in.writerIndex() - at >= length) {
            take(firstByte, in, at, length);
        }
    }

    private void take(int firstByte, ByteBuf in, int from, int length) {
        int end = from + length;
        int writerIndex = in.writerIndex();
        in.setIndex(from, end); // so that nobody reads on into the next packet
        try {
            packet(firstByte, in);
        } finally {
            in.setIndex(end, writerIndex);
        }
    }
}
