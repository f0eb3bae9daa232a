// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** The bytes of RFC 9113 that a client of the bench needs, and no more. */
final class Http2Bytes {

    static final int DATA = 0x0; // §6
    static final int HEADERS = 0x1;
    static final int RST_STREAM = 0x3;
    static final int SETTINGS = 0x4;
    static final int PING = 0x6;
    static final int GOAWAY = 0x7;
    static final int WINDOW_UPDATE = 0x8;

    static final int ACK = 0x1;
    static final int END_STREAM = 0x1;
    static final int END_HEADERS = 0x4;

    static final int NO_ERROR = 0; // §7

    static final int USUAL_WINDOW = 65_535; // §6.9.2
    static final int WIDEST_WINDOW = Integer.MAX_VALUE;

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
    private static final int HEADER_BYTES = 9;
    private static final int STREAM_AT = 5;
    private static final int ENABLE_PUSH = 0x2;
    private static final int INITIAL_WINDOW_SIZE = 0x4;
    private static final int SETTING_BYTES = 6;

    // RFC 7541 §6: how a field begins, and appendix A: what has a number
    private static final int INDEXED = 0x80;
    private static final int REMEMBERED = 0x40;
    private static final int FIRST_OWN_FIELD = 62;
    private static final int STATUS_200 = INDEXED | 8;
    private static final int TABLE_SIZE = 0x20;

    private Http2Bytes() {}

    /** Appends the header of a frame. */
    static ByteBuf frame(ByteBuf out, int length, int type, int flags, int stream) {
        return out.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
    }

    /** Changes the stream of a frame that begins at {@code at}. */
    static void stream(ByteBuf frames, int at, int stream) {
        frames.setInt(at + STREAM_AT, stream);
    }

    /** What a client says first: nothing is pushed to it, and it takes as much as there can be. */
    static void opening(ByteBuf out) {
        out.writeBytes(PREFACE);
        frame(out, 2 * SETTING_BYTES, SETTINGS, 0, 0);
        out.writeShort(ENABLE_PUSH).writeInt(0);
        out.writeShort(INITIAL_WINDOW_SIZE).writeInt(WIDEST_WINDOW);
        windowUpdate(out, 0, WIDEST_WINDOW - USUAL_WINDOW);
    }

    static void windowUpdate(ByteBuf out, int stream, int increment) {
        frame(out, Integer.BYTES, WINDOW_UPDATE, 0, stream).writeInt(increment);
    }

    static void settingsAck(ByteBuf out) {
        frame(out, 0, SETTINGS, ACK, 0);
    }

    static void pingAck(ByteBuf out, long content) {
        frame(out, Long.BYTES, PING, ACK, 0).writeLong(content);
    }

    /**
     * The HEADERS frame of a request, as clients write it that remember fields (RFC 7541 §2.3.2).
     *
     * @param first whether the server has not seen these fields on the connection; later requests
     *     only tell their numbers
     * @param fields names and values, by turns
     */
    static ByteBuf request(boolean first, int flags, String... fields) {
        ByteBuf block = Unpooled.buffer();
        int count = fields.length / 2;
        for (int i = 0; i < count; i++) {
            if (first) {
                name(block, fields[2 * i]);
                text(block, fields[2 * i + 1]);
            } else {
                block.writeByte(INDEXED | FIRST_OWN_FIELD + count - 1 - i); // the newest is first
            }
        }
        ByteBuf out = Unpooled.buffer(HEADER_BYTES + block.readableBytes());
        frame(out, block.readableBytes(), HEADERS, END_HEADERS | flags, 0);
        out.writeBytes(block);
        block.release();
        return out;
    }

    /**
     * Whether an answer's fields begin with 200.
     *
     * @param beginning of its HEADERS frame, without padding
     */
    static boolean isOk(long beginning) {
        int first = (int) (beginning >>> 56);
        boolean isTableSize = (first & 0xe0) == TABLE_SIZE; // below 31, so it is one byte
        return (isTableSize ? (int) (beginning >>> 48) & 0xff : first) == STATUS_200;
    }

    private static void name(ByteBuf block, String name) {
        block.writeByte(REMEMBERED);
        text(block, name);
    }

    private static void text(ByteBuf block, String text) {
        block.writeByte(text.length()); // below 127, without Huffman's code
        block.writeBytes(text.getBytes(US_ASCII));
    }
}
