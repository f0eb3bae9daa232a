// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBuf;

/**
 * Finds the frames in a peer's stream of HTTP/2 (RFC 9113 §4.1), and of each only its header and
 * its first bytes.
 *
 * <p><b>Threads:</b> one event loop.
 */
final class Http2Scanner {

    /** Hears of each frame whose last byte has come. */
    interface Frames {

        /**
         * A frame.
         *
         * @param length of its payload
         * @param beginning its payload's first eight bytes, the first one highest, with zeros
         *     behind a shorter one
         */
        void frame(int type, int flags, int stream, int length, long beginning);
    }

    private static final int HEADER_BYTES = 9;

    private final Frames frames;
    private int headerBytes;
    private int length;
    private int type;
    private int flags;
    private int stream;
    private int seen; // of the payload
    private long beginning;

    Http2Scanner(Frames frames) {
        this.frames = frames;
    }

    /** Looks at bytes. <b>Buffer:</b> borrows {@code in}. */
    void scan(ByteBuf in) {
        int i = in.readerIndex();
        int end = in.writerIndex();
        while (i < end) {
            if (headerBytes == 0 && end - i >= HEADER_BYTES) {
                header(in, i);
                i += HEADER_BYTES;
            } else if (headerBytes < HEADER_BYTES) {
                header(in.getUnsignedByte(i++));
            } else if (seen < Long.BYTES) {
                beginning |= (long) in.getUnsignedByte(i++) << (56 - 8 * seen++);
            } else {
                int skipped = Math.min(length - seen, end - i);
                i += skipped;
                seen += skipped;
            }
            if (headerBytes == HEADER_BYTES && seen == length) {
                frames.frame(type, flags, stream, length, beginning);
                clear();
            }
        }
    }

    private void header(ByteBuf in, int at) {
        headerBytes = HEADER_BYTES;
        length = in.getUnsignedMedium(at);
        type = in.getUnsignedByte(at + 3);
        flags = in.getUnsignedByte(at + 4);
        stream = in.getInt(at + 5) & Integer.MAX_VALUE;
    }

    private void header(int next) {
        switch (headerBytes++) {
            case 0, 1, 2 -> length = length << 8 | next;
            case 3 -> type = next;
            case 4 -> flags = next;
            case 5 -> stream = next & 0x7f; // the highest bit means nothing
            default -> stream = stream << 8 | next;
        }
    }

    private void clear() {
        headerBytes = 0;
        length = 0;
        seen = 0;
        beginning = 0;
    }
}
