// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Reads strings as the standard has them (MQTT 5 §1.5.4). */
final class Text {

    private static final FastThreadLocal<CharsetDecoder> STRICT =
            new FastThreadLocal<>() {
                @Override
                protected CharsetDecoder initialValue() {
                    return StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT);
                }
            };

    private Text() {}

    /** Reads a string with its length. */
    static String read(ByteBuf in) {
        byte[] bytes = readBytes(in);
        return of(bytes);
    }

    /** Reads bytes with their length. */
    static byte[] readBytes(ByteBuf in) {
        int length = in.readUnsignedShort();
        if (length > in.readableBytes()) { // before anything is allocated
            throw BrokenRule.malformed("string longer than its packet");
        }
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        return bytes;
    }

    /** Well-formed UTF-8 without U+0000 (MQTT-1.5.4-1, MQTT-1.5.4-2). */
    static String of(byte[] bytes) {
        if (isPlain(bytes)) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
        String text;
        try {
            text = STRICT.get().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notUtf8) {
            throw BrokenRule.malformed("string is not UTF-8");
        }
        if (text.indexOf('\0') >= 0) {
            throw BrokenRule.malformed("string with U+0000");
        }
        return text;
    }

    private static boolean isPlain(byte[] bytes) {
        for (byte each : bytes) {
            if (each <= 0) {
                return false;
            }
        }
        return true;
    }
}
