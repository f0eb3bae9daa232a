// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orion.protocol.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.TooLongFrameException;
import java.util.Arrays;

/**
 * How a device marks where one message ends and the next one begins.
 *
 * <p>Equal ones share what is delivered.
 *
 * <p><b>Threads:</b> many event loops at once.
 */
sealed interface Framings extends Framing {

    /** Not all of a frame is there yet. */
    int INCOMPLETE = -1;

    /**
     * Where the next frame ends.
     *
     * @param from how many of the bytes have been looked at before without an end
     * @return the length of the frame as it stands there, with what marks it; or {@link
     *     #INCOMPLETE}
     * @throws TooLongFrameException when it is, or is going to be, longer than {@code max}
     */
    int next(ByteBuf in, int from, int max);

    /**
     * The message of a frame that {@link #next} has found.
     *
     * <p><b>Buffer:</b> borrows; the result is a part of it.
     */
    ByteBuf message(ByteBuf frame);

    /** Whether what is left at the end of the input is a frame, too. */
    boolean endsWithInput();

    /** Whether a message can be framed so that the device reads the same. */
    boolean carries(ByteBuf message);

    private static TooLongFrameException tooLong(int max) {
        return new TooLongFrameException("frame length exceeds " + max);
    }

    /** A line: LF or CRLF is at its end. What goes to the device has spaces for line breaks. */
    record Lines() implements Framings {

        @Override
        public int next(ByteBuf in, int from, int max) {
            int length = in.readableBytes();
            int end = in.indexOf(in.readerIndex() + from, in.writerIndex(), (byte) '\n');
            int found = end < 0 ? length : end - in.readerIndex();
            boolean isCr =
                    end >= 0 && found > 0 && in.getByte(in.readerIndex() + found - 1) == '\r';
            // a CR that may be half of the end is not counted yet
            boolean mayBeCr = end < 0 && length > 0 && in.getByte(in.writerIndex() - 1) == '\r';
            if (found - (isCr || mayBeCr ? 1 : 0) > max) {
                throw tooLong(max);
            }
            return end < 0 ? INCOMPLETE : found + 1;
        }

        @Override
        public ByteBuf message(ByteBuf frame) {
            int length = frame.readableBytes();
            int start = frame.readerIndex();
            if (length > 0 && frame.getByte(start + length - 1) == '\n') {
                length--;
                if (length > 0 && frame.getByte(start + length - 1) == '\r') {
                    length--;
                }
            }
            return frame.slice(start, length);
        }

        @Override
        public boolean endsWithInput() {
            return true;
        }

        @Override
        public boolean carries(ByteBuf message) {
            return true;
        }

        @Override
        public void frame(ByteBuf payload, ByteBuf out) {
            int begin = out.writerIndex();
            out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
            for (int i = begin; i < out.writerIndex(); i++) {
                byte each = out.getByte(i);
                if (each == '\n' || each == '\r') {
                    out.setByte(i, ' ');
                }
            }
            out.writeByte('\n');
        }
    }

    /**
     * A length before the message.
     *
     * @param bytes 1, 2 or 4, the most significant first
     * @param countsItself whether the length is that of message and length
     */
    record LengthPrefix(int bytes, boolean countsItself) implements Framings {

        public LengthPrefix {
            if (bytes != 1 && bytes != 2 && bytes != 4) {
                throw new IllegalArgumentException(
                        "lengthBytes: " + bytes + " (expected: 1, 2 or 4)");
            }
        }

        @Override
        public int next(ByteBuf in, int from, int max) {
            if (in.readableBytes() < bytes) {
                return INCOMPLETE;
            }
            long length = length(in) - (countsItself ? bytes : 0);
            if (length < 0 || length > max) {
                throw tooLong(max);
            }
            return in.readableBytes() < bytes + length ? INCOMPLETE : (int) (bytes + length);
        }

        private long length(ByteBuf in) {
            return switch (bytes) {
                case 1 -> in.getUnsignedByte(in.readerIndex());
                case 2 -> in.getUnsignedShort(in.readerIndex());
                default -> in.getUnsignedInt(in.readerIndex());
            };
        }

        @Override
        public ByteBuf message(ByteBuf frame) {
            return frame.slice(frame.readerIndex() + bytes, frame.readableBytes() - bytes);
        }

        @Override
        public boolean endsWithInput() {
            return false;
        }

        @Override
        public boolean carries(ByteBuf message) {
            long length = message.readableBytes() + (countsItself ? (long) bytes : 0);
            return length < (1L << (8 * bytes));
        }

        @Override
        public void frame(ByteBuf payload, ByteBuf out) {
            int length = payload.readableBytes() + (countsItself ? bytes : 0);
            switch (bytes) {
                case 1 -> out.writeByte(length);
                case 2 -> out.writeShort(length);
                default -> out.writeInt(length);
            }
            out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
        }
    }

    /** Some bytes behind the message. */
    final class Delimited implements Framings {

        private final byte[] mark;

        Delimited(String delimiter) {
            if (delimiter.isEmpty()) {
                throw new IllegalArgumentException("delimiter: is empty (expected: some text)");
            }
            this.mark = delimiter.getBytes(UTF_8);
        }

        @Override
        public int next(ByteBuf in, int from, int max) {
            int at = find(in, Math.max(0, from - mark.length + 1));
            int length = at < 0 ? Math.max(0, in.readableBytes() - mark.length + 1) : at;
            if (length > max) {
                throw tooLong(max);
            }
            return at < 0 ? INCOMPLETE : at + mark.length;
        }

        @Override
        public ByteBuf message(ByteBuf frame) {
            return frame.slice(frame.readerIndex(), frame.readableBytes() - mark.length);
        }

        @Override
        public boolean endsWithInput() {
            return false;
        }

        /** Whether the first mark is the one behind it. */
        @Override
        public boolean carries(ByteBuf message) {
            if (find(message, 0) >= 0) {
                return false;
            }
            int most = Math.min(mark.length - 1, message.readableBytes());
            for (int bytes = 1; bytes <= most; bytes++) {
                if (beginsIn(message, bytes)) {
                    return false;
                }
            }
            return true;
        }

        /** Whether its last bytes and the beginning of the mark behind it are a mark. */
        private boolean beginsIn(ByteBuf message, int bytes) {
            int from = message.writerIndex() - bytes;
            for (int i = 0; i < bytes; i++) {
                if (message.getByte(from + i) != mark[i]) {
                    return false;
                }
            }
            return Arrays.equals(mark, bytes, mark.length, mark, 0, mark.length - bytes);
        }

        @Override
        public void frame(ByteBuf payload, ByteBuf out) {
            out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
            out.writeBytes(mark);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Delimited delimited && Arrays.equals(delimited.mark, mark);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(mark);
        }

        /** The place of the first one, counted from the reader index; negative for none. */
        private int find(ByteBuf in, int from) {
            int last = in.writerIndex() - mark.length;
            int at = in.readerIndex() + from;
            while (at <= last) {
                at = in.indexOf(at, last + 1, mark[0]);
                if (at < 0) {
                    return -1;
                }
                int same = 1;
                while (same < mark.length && in.getByte(at + same) == mark[same]) {
                    same++;
                }
                if (same == mark.length) {
                    return at - in.readerIndex();
                }
                at++;
            }
            return -1;
        }
    }

    /** No mark: what one read of the socket brings is a message. */
    record Raw() implements Framings {

        @Override
        public int next(ByteBuf in, int from, int max) {
            return Math.min(in.readableBytes(), max);
        }

        @Override
        public ByteBuf message(ByteBuf frame) {
            return frame;
        }

        @Override
        public boolean endsWithInput() {
            return true;
        }

        @Override
        public boolean carries(ByteBuf message) {
            return true;
        }

        @Override
        public void frame(ByteBuf payload, ByteBuf out) {
            out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
        }
    }
}
