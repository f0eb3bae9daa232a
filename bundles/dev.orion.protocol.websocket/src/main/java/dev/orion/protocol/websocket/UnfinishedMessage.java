// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * A message of which there are fragments, or only a part of its one frame.
 *
 * <p>Text is looked at as it comes, so that what is no text is refused at once (RFC 6455 §8.1).
 */
final class UnfinishedMessage {

    private static final int PIECE_BYTES = 16 * 1024; // a multiple of the mask's length

    private final int opcode;
    private final boolean compressed;
    private final ByteBuf bytes;
    private int text = Utf8.COMPLETE;
    private long held; // what is counted in LargeMessages
    private int mask;
    private int frameLeft;
    private boolean inLastFrame;

    UnfinishedMessage(int opcode, boolean compressed, ByteBufAllocator allocator) {
        this.opcode = opcode;
        this.compressed = compressed;
        this.bytes = allocator.buffer();
    }

    int opcode() {
        return opcode;
    }

    boolean isCompressed() {
        return compressed;
    }

    /** What has arrived of it. */
    ByteBuf bytes() {
        return bytes;
    }

    /** Whether the rest of a frame is to come before anything else. */
    boolean isInFrame() {
        return frameLeft > 0;
    }

    int frameLeft() {
        return frameLeft;
    }

    boolean isWhole() {
        return inLastFrame && frameLeft == 0;
    }

    /** Whether it can be a text message at all, if it is one. */
    boolean mayBeText() {
        return text != Utf8.INVALID && !(isWhole() && text != Utf8.COMPLETE);
    }

    void beginFrame(int length, int frameMask, boolean isLast) {
        frameLeft = length;
        mask = frameMask;
        inLastFrame = isLast;
    }

    /** How many bytes are counted as those of a large message when {@code more} come. */
    long toHold(int more) {
        long length = (long) bytes.readableBytes() + more;
        return length <= LargeMessages.LARGE ? 0 : length - held;
    }

    void holds(long more) {
        held += more;
    }

    long held() {
        return held;
    }

    /** Takes what has come of the frame. <b>Buffer:</b> borrows {@code in} and reads from it. */
    void take(ByteBuf in) {
        while (frameLeft > 0 && in.isReadable() && mayBeText()) {
            takePiece(in, Math.min(PIECE_BYTES, Math.min(frameLeft, in.readableBytes())));
        }
    }

    private void takePiece(ByteBuf in, int length) {
        ByteBuf piece = Unmasked.borrow(length);
        try {
            in.readBytes(piece, length);
            boolean isAscii = Unmasked.unmask(piece.array(), length, mask);
            if (opcode == Opcode.TEXT && !compressed && !(isAscii && text == Utf8.COMPLETE)) {
                text = Utf8.check(text, piece.array(), 0, length);
            }
            bytes.writeBytes(piece);
        } finally {
            Unmasked.giveBack(piece);
        }
        mask = Integer.rotateLeft(mask, 8 * (length & 3));
        frameLeft -= length;
    }

    void release() {
        bytes.release();
    }
}
