// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.zip.DataFormatException;

/**
 * Reads the frames of one WebSocket (RFC 6455 §5) and makes messages of them.
 *
 * <p>A frame is unmasked as it is copied to the heap, where whoever reads it wants it, and lent to
 * {@link #text} or {@link #binary}; a message that does not come at once in one frame is gathered
 * first, and a compressed one (RFC 7692) inflated.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
abstract class FrameReader extends ByteToMessageDecoder {

    private static final int FINAL = 0x80;
    private static final int MASK_BYTES = 4;
    private static final int MAX_CONTROL_BYTES = 125;

    private final boolean mayBeCompressed;
    private UnfinishedMessage unfinished; // null while no part of a message is here
    private boolean deaf; // nothing that comes can be understood any more

    FrameReader(boolean mayBeCompressed) {
        this.mayBeCompressed = mayBeCompressed;
    }

    /** Takes a whole text message. <b>Buffer:</b> borrows {@code message}. */
    abstract void text(ByteBuf message);

    /** Takes a whole binary message. <b>Buffer:</b> borrows {@code message}. */
    abstract void binary(ByteBuf message);

    /** Takes a control frame. <b>Buffer:</b> borrows {@code payload}, which is on the heap. */
    abstract void control(int opcode, ByteBuf payload);

    /** Begins the closing handshake. */
    abstract void close(CloseCode code);

    /** The longest message that the peer may send. */
    abstract int maxMessageBytes();

    /** Whether messages are of no interest any more. */
    abstract boolean isClosing();

    /** Whether frames are to stay bytes for now. */
    abstract boolean isPaused();

    /** Whether so many more bytes of a large message may be held. */
    abstract boolean mayHold(long bytes);

    /** So many bytes of a large message are held no more. */
    abstract void givesBack(long bytes);

    /** Whatever the peer sends from now on has no meaning. */
    final void deafen() {
        deaf = true;
    }

    final boolean isDeaf() {
        return deaf;
    }

    /** The peer broke a rule: whatever it sends from now on has no meaning. */
    final void fail(CloseCode code) {
        deafen();
        close(code);
    }

    /** Forgets the message of which only a part has come. */
    final void releaseUnfinished() {
        if (unfinished != null) {
            release(unfinished);
            unfinished = null;
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (deaf) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (isPaused()) {
            return; // frames stay bytes until somebody may take them
        }
        if (unfinished != null && unfinished.isInFrame()) {
            goOnGathering(in);
            return;
        }
        int available = in.readableBytes();
        if (available < 2) {
            return;
        }
        int start = in.readerIndex();
        int first = in.getUnsignedByte(start);
        int second = in.getUnsignedByte(start + 1);
        if (!isLegal(first, second)) {
            fail(CloseCode.PROTOCOL_ERROR);
            return;
        }
        int shortLength = second & 0x7f;
        int headBytes = headBytes(shortLength);
        if (available < headBytes) {
            return;
        }
        long length = length(in, start, shortLength);
        boolean isControl = Opcode.isControl(first & 0xf);
        if (length < 0) {
            fail(CloseCode.PROTOCOL_ERROR);
        } else if (!isControl && length > room(first)) {
            fail(CloseCode.TOO_BIG);
        } else if (available >= headBytes + length || !isControl) {
            int mask = in.getInt(start + headBytes - MASK_BYTES);
            in.skipBytes(headBytes);
            begin(ctx, first, in, (int) length, mask);
        }
    }

    /** A frame begins whose head has been read, and which may not have come as a whole. */
    private void begin(ChannelHandlerContext ctx, int first, ByteBuf in, int length, int mask) {
        boolean isWhole = (first & FINAL) != 0 && unfinished == null;
        if (Opcode.isControl(first & 0xf) || (isWhole && in.readableBytes() >= length)) {
            unmask(first, in, length, mask);
        } else {
            if (unfinished == null) {
                unfinished = unfinished(first, ctx.alloc());
            }
            unfinished.beginFrame(length, mask, (first & FINAL) != 0);
            goOnGathering(in);
        }
    }

    private static UnfinishedMessage unfinished(int first, ByteBufAllocator allocator) {
        boolean isCompressed = (first & DeflateFraming.RSV1) != 0;
        return new UnfinishedMessage(first & 0xf, isCompressed, allocator);
    }

    /** Takes what there is of the frame under way. */
    private void goOnGathering(ByteBuf in) {
        int more = Math.min(in.readableBytes(), unfinished.frameLeft());
        long large = unfinished.toHold(more);
        if (large > 0 && !mayHold(large)) {
            fail(CloseCode.TRY_AGAIN_LATER);
            return;
        }
        unfinished.holds(large);
        unfinished.take(in);
        if (!unfinished.mayBeText()) {
            fail(CloseCode.INVALID_PAYLOAD);
        } else if (unfinished.isWhole()) {
            finish();
        }
    }

    /** The message under way has come as a whole. */
    private void finish() {
        UnfinishedMessage message = unfinished;
        unfinished = null;
        try {
            if (!isClosing()) {
                message(message.opcode(), message.isCompressed(), message.bytes(), true);
            }
        } finally {
            release(message);
        }
    }

    private void unmask(int first, ByteBuf in, int length, int mask) {
        ByteBuf payload = Unmasked.borrow(length);
        in.readBytes(payload, length);
        boolean isAscii = Unmasked.unmask(payload.array(), length, mask);
        try {
            frame(first, payload, isAscii);
        } finally {
            Unmasked.giveBack(payload);
        }
    }

    /** Whether the first two bytes of a frame keep the rules of RFC 6455 §5.1, §5.2, §5.4, §5.5. */
    private boolean isLegal(int first, int second) {
        int opcode = first & 0xf;
        boolean isFinal = (first & FINAL) != 0;
        boolean isMasked = (second & 0x80) != 0;
        if (!isLegalReserved(first & 0x70, opcode) || !isMasked || !Opcode.isKnown(opcode)) {
            return false;
        }
        if (Opcode.isControl(opcode)) {
            return isFinal && (second & 0x7f) <= MAX_CONTROL_BYTES;
        }
        return (opcode == Opcode.CONTINUATION) == (unfinished != null);
    }

    /** RFC 7692 §6: one bit has a meaning, on the first frame of a message, if it was agreed on. */
    private boolean isLegalReserved(int bits, int opcode) {
        return bits == 0
                || (bits == DeflateFraming.RSV1
                        && mayBeCompressed
                        && (opcode == Opcode.TEXT || opcode == Opcode.BINARY));
    }

    private static int headBytes(int shortLength) {
        return switch (shortLength) {
            case 126 -> 4 + MASK_BYTES;
            case 127 -> 10 + MASK_BYTES;
            default -> 2 + MASK_BYTES;
        };
    }

    /** The length of the payload; -1 when it is not written in the shortest form. */
    private static long length(ByteBuf in, int start, int shortLength) {
        if (shortLength == 126) {
            int length = in.getUnsignedShort(start + 2);
            return length < 126 ? -1 : length;
        }
        if (shortLength == 127) {
            long length = in.getLong(start + 2);
            return length <= 0xffff ? -1 : length;
        }
        return shortLength;
    }

    /** How many bytes a frame of the message under way may have. */
    private long room(int first) {
        long most = maxMessageBytes();
        if (unfinished == null) {
            return (first & DeflateFraming.RSV1) == 0 ? most : mostCompressed(most);
        }
        long gathered = unfinished.bytes().readableBytes();
        return (unfinished.isCompressed() ? mostCompressed(most) : most) - gathered;
    }

    /** What does not get shorter gets longer, by a few bytes for each time it is flushed. */
    private static long mostCompressed(long most) {
        return most + most / 4 + 64;
    }

    private void frame(int first, ByteBuf payload, boolean isAscii) {
        int opcode = first & 0xf;
        if (Opcode.isControl(opcode)) {
            control(opcode, payload);
        } else if (!isClosing()) {
            boolean isCompressed = (first & DeflateFraming.RSV1) != 0;
            message(opcode, isCompressed, payload, isAscii && !isCompressed);
        }
    }

    private void message(int opcode, boolean isCompressed, ByteBuf bytes, boolean knownAsText) {
        if (isCompressed) {
            inflate(opcode, bytes);
        } else {
            message(opcode, bytes, knownAsText);
        }
    }

    private void inflate(int opcode, ByteBuf compressed) {
        Inflation inflation = Inflation.borrow();
        try {
            ByteBuf message = inflation.inflate(compressed, maxMessageBytes());
            if (message == null) {
                fail(CloseCode.TOO_BIG);
            } else {
                message(opcode, message, false);
            }
        } catch (DataFormatException broken) {
            fail(CloseCode.BAD_COMPRESSION);
        } finally {
            inflation.giveBack();
        }
    }

    private void message(int opcode, ByteBuf message, boolean knownAsText) {
        if (opcode == Opcode.BINARY) {
            binary(message);
        } else if (knownAsText || isText(message, 0)) {
            text(message);
        } else {
            fail(CloseCode.INVALID_PAYLOAD);
        }
    }

    /** Whether what is on the heap is text from a place on. */
    static boolean isText(ByteBuf bytes, int from) {
        int start = bytes.arrayOffset() + bytes.readerIndex() + from;
        int length = bytes.readableBytes() - from;
        return Utf8.check(Utf8.COMPLETE, bytes.array(), start, length) == Utf8.COMPLETE;
    }

    private void release(UnfinishedMessage message) {
        givesBack(message.held());
        message.release();
    }
}
