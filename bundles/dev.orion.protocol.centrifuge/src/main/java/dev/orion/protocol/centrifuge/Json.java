// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.message.Message;
import dev.orion.message.Payload;
import dev.orion.realtime.Member;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * Appends pieces of JSON to buffers, with the member order and the omissions of Centrifugo.
 *
 * <p><b>Buffer:</b> every method borrows {@code out} and appends to it.
 */
final class Json {

    private static final byte[] HEX = ascii("0123456789abcdef");
    private static final byte[] BASE64 = ascii("{\"base64\":\"");
    private static final byte[] DATA = ascii("{\"data\":");
    private static final byte[] OFFSET = ascii(",\"offset\":");
    private static final byte[] TAGS = ascii(",\"tags\":");
    private static final byte[] USER = ascii("{\"user\":");
    private static final byte[] CLIENT = ascii(",\"client\":");

    private Json() {}

    /** The bytes of a constant. */
    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** A piece of JSON in ASCII. */
    static void raw(String piece, ByteBuf out) {
        ByteBufUtil.writeAscii(out, piece);
    }

    /** A string; half of a surrogate pair becomes a question mark. */
    static void string(String text, ByteBuf out) {
        out.writeByte('"');
        int start = 0;
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c == '"' || c == '\\') {
                ByteBufUtil.writeUtf8(out, text, start, i);
                escape(c, out);
                start = i + 1;
            }
        }
        ByteBufUtil.writeUtf8(out, text, start, length);
        out.writeByte('"');
    }

    /** A string of bytes that are UTF-8. */
    private static void string(byte[] text, ByteBuf out) {
        out.writeByte('"');
        int start = 0;
        for (int i = 0; i < text.length; i++) {
            byte c = text[i];
            if ((c >= 0 && c < 0x20) || c == '"' || c == '\\') {
                out.writeBytes(text, start, i - start);
                escape(c, out);
                start = i + 1;
            }
        }
        out.writeBytes(text, start, text.length - start);
        out.writeByte('"');
    }

    private static void escape(int c, ByteBuf out) {
        out.writeByte('\\');
        switch (c) {
            case '"', '\\' -> out.writeByte(c);
            case '\n' -> out.writeByte('n');
            case '\r' -> out.writeByte('r');
            case '\t' -> out.writeByte('t');
            default -> {
                raw("u00", out);
                out.writeByte(HEX[c >> 4]).writeByte(HEX[c & 0xf]);
            }
        }
    }

    /** A number that is not negative. */
    static void number(long value, ByteBuf out) {
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        out.ensureWritable(digits);
        int end = out.writerIndex() + digits;
        long rest = value;
        for (int at = end - 1; at >= end - digits; at--) {
            out.setByte(at, (int) ('0' + rest % 10));
            rest /= 10;
        }
        out.writerIndex(end);
    }

    /** JSON as it is; UTF-8 text as a string; anything else as {@code {"base64":"…"}}. */
    static void payload(Payload payload, ByteBuf out) {
        byte[] bytes = payload.array();
        if (payload.isJson()) {
            json(payload, out);
        } else if (Utf8.isValid(bytes, 0, bytes.length)) {
            string(bytes, out);
        } else {
            out.writeBytes(BASE64);
            out.writeBytes(Base64.getEncoder().encode(bytes));
            raw("\"}", out);
        }
    }

    /** JSON that was not given as such may have line breaks between its tokens. */
    private static void json(Payload payload, ByteBuf out) {
        byte[] bytes = payload.array();
        int start = out.writerIndex();
        out.writeBytes(bytes);
        if (!payload.isJsonLine()) {
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == '\n' || bytes[i] == '\r') {
                    out.setByte(start + i, ' ');
                }
            }
        }
    }

    /** A publication: {@code {"data":…,"info":…,"offset":…,"tags":…}}. */
    static void publication(Message message, ByteBuf out) {
        out.writeBytes(DATA);
        payload(message.payload(), out);
        if (message.origin().isClient()) {
            out.writeBytes(Pieces.info(message.origin()));
        }
        if (message.offset() > 0) {
            out.writeBytes(OFFSET);
            number(message.offset(), out);
        }
        if (!message.headers().isEmpty()) {
            out.writeBytes(TAGS);
            strings(message.headers().toMap(), out);
        }
        out.writeByte('}');
    }

    /** Publications, separated by commas. */
    static void publications(Iterable<Message> messages, ByteBuf out) {
        String before = "[";
        for (Message message : messages) {
            raw(before, out);
            publication(message, out);
            before = ",";
        }
        raw(before.equals("[") ? "[]" : "]", out);
    }

    /** Members by their ids: {@code {"ID":{"user":…,"client":…}}}. */
    static void members(Iterable<Member> members, ByteBuf out) {
        String before = "{";
        for (Member member : members) {
            raw(before, out);
            string(member.client(), out);
            out.writeByte(':');
            info(member.client(), member.user(), out);
            before = ",";
        }
        raw(before.equals("{") ? "{}" : "}", out);
    }

    static void info(String client, String user, ByteBuf out) {
        out.writeBytes(USER);
        string(user, out);
        out.writeBytes(CLIENT);
        string(client, out);
        out.writeByte('}');
    }

    private static void strings(Map<String, String> pairs, ByteBuf out) {
        String before = "{";
        for (Map.Entry<String, String> pair : pairs.entrySet()) {
            raw(before, out);
            string(pair.getKey(), out);
            out.writeByte(':');
            string(pair.getValue(), out);
            before = ",";
        }
        out.writeByte('}');
    }
}
