// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The bytes of RFC 6455 that both ends of the bench need, and no more. */
final class WebSocketBytes {

    static final int CLOSE = 0x8;

    private static final int TEXT = 0x81; // final fragment, opcode 1
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7f; // the bits beside it
    private static final int LENGTH_16 = 126; // RFC 6455 §5.2: two bytes of length follow
    private static final int MASK = 0x5a3c_96e1; // any but 0, so that servers have to unmask
    private static final int CLIENT_HEADER = 6; // two bytes and the mask
    private static final String ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // §1.3

    private WebSocketBytes() {}

    /** The longest header that {@link #textHeader} writes. */
    static int maxHeader() {
        return 4;
    }

    /** Appends the header of an unmasked text frame of at most 65,535 bytes. */
    static void textHeader(ByteBuf out, int length) {
        out.writeByte(TEXT);
        if (length < LENGTH_16) {
            out.writeByte(length);
        } else {
            out.writeByte(LENGTH_16).writeShort(length);
        }
    }

    /**
     * The header's length of the masked frame that begins at the reader index, of at most 65,535
     * bytes, or 0 if it is not there whole.
     */
    static int wholeFrame(ByteBuf in) {
        if (in.readableBytes() < CLIENT_HEADER) {
            return 0;
        }
        int start = in.readerIndex();
        boolean wide = (in.getByte(start + 1) & LENGTH) == LENGTH_16;
        int header = wide ? CLIENT_HEADER + Short.BYTES : CLIENT_HEADER;
        boolean whole =
                in.readableBytes() >= header && in.readableBytes() >= header + length(in, start);
        return whole ? header : 0;
    }

    /** The payload's length that the frame at {@code start} announces. */
    static int length(ByteBuf in, int start) {
        int length = in.getByte(start + 1) & LENGTH;
        return length == LENGTH_16 ? in.getUnsignedShort(start + 2) : length;
    }

    /** A masked text frame, as clients send it. <b>Buffer:</b> returns retained, unpooled. */
    static ByteBuf clientFrame(String text) {
        byte[] payload = text.getBytes(UTF_8);
        ByteBuf out = Unpooled.directBuffer(payload.length + maxHeader() + Integer.BYTES);
        textHeader(out, payload.length);
        out.setByte(1, out.getByte(1) | MASKED);
        out.writeInt(MASK);
        int start = out.writerIndex();
        out.writeBytes(payload);
        unmask(out, start, payload.length, MASK);
        return out;
    }

    /** The same, for who writes it again and again. */
    static byte[] clientBytes(String text) {
        ByteBuf frame = clientFrame(text);
        byte[] bytes = ByteBufUtil.getBytes(frame);
        frame.release();
        return bytes;
    }

    /** Applies a mask in place, which puts it on or takes it off. */
    static void unmask(ByteBuf bytes, int start, int length, int mask) {
        long wide = Integer.toUnsignedLong(mask) * 0x1_0000_0001L;
        int i = start;
        int end = start + length;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            bytes.setLong(i, bytes.getLong(i) ^ wide);
        }
        for (int shift = 24; i < end; i++, shift = (shift - 8) & 31) {
            bytes.setByte(i, bytes.getByte(i) ^ (mask >>> shift));
        }
    }

    /** The server's proof that it has read the client's key. */
    static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest((key + ACCEPT_SALT).getBytes(ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has SHA-1", impossible);
        }
    }
}
