// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Frames and compressed messages, made without the code under test. */
final class Frames {

    private static final int MASK = 0x1234abcd;

    private Frames() {}

    static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** A frame as a client sends it. */
    static byte[] frame(int first, byte[] payload) {
        byte[] plain = unmasked(first, payload);
        int head = plain.length - payload.length;
        byte[] masked = new byte[plain.length + 4];
        System.arraycopy(plain, 0, masked, 0, head);
        masked[1] |= (byte) 0x80;
        for (int i = 0; i < 4; i++) {
            masked[head + i] = (byte) (MASK >>> (24 - 8 * i));
        }
        for (int i = 0; i < payload.length; i++) {
            masked[head + 4 + i] = (byte) (payload[i] ^ masked[head + i % 4]);
        }
        return masked;
    }

    /** A frame as a server sends it. */
    static byte[] unmasked(int first, byte[] payload) {
        int length = payload.length;
        byte[] head;
        if (length < 126) {
            head = bytes(first, length);
        } else if (length < 65_536) {
            head = bytes(first, 126, length >> 8, length & 0xff);
        } else {
            head = bytes(first, 127, 0, 0, 0, 0, 0, length >> 16, length >> 8, length & 0xff);
        }
        return join(head, payload);
    }

    /** What a client makes of a message (RFC 7692 §7.2.1). */
    static byte[] deflate(byte[] message) {
        var deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        byte[] compressed = deflate(deflater, message);
        deflater.end();
        return compressed;
    }

    /** The same with what the deflater remembers. */
    static byte[] deflate(Deflater deflater, byte[] message) {
        deflater.setInput(message);
        byte[] out = new byte[message.length + 200];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        return Arrays.copyOf(out, length - 4);
    }

    /** What a client makes of the payload of a message (RFC 7692 §7.2.2). */
    static byte[] inflate(byte[] compressed) throws DataFormatException {
        var inflater = new Inflater(true);
        inflater.setInput(join(compressed, bytes(0, 0, 0xff, 0xff)));
        byte[] out = new byte[1 << 20];
        int length = inflater.inflate(out);
        inflater.end();
        return Arrays.copyOf(out, length);
    }

    /** Text that compresses, somewhat; a few bytes more than asked for. */
    static byte[] prose(int length, long seed) {
        String[] words = {"the ", "slow ", "grün ", "fox ", "€ ", "jumps ", "{\"a\":1} ", "over "};
        var random = new Random(seed);
        var prose = new ByteArrayOutputStream();
        while (prose.size() < length) {
            prose.writeBytes(text(words[random.nextInt(words.length)]));
        }
        return prose.toByteArray();
    }

    static byte[] noise(int length, long seed) {
        byte[] noise = new byte[length];
        new Random(seed).nextBytes(noise);
        return noise;
    }
}
