// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 3629 §4, against the JDK's decoder. */
class Utf8Test {

    @Test
    void readsEveryCharacterInEveryCut() {
        for (int character = 0; character <= Character.MAX_CODE_POINT; character += 31) {
            if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
                continue;
            }
            byte[] bytes = ("ab" + Character.toString(character)).getBytes(StandardCharsets.UTF_8);
            for (int cut = 0; cut <= bytes.length; cut++) {
                int seen = Utf8.check(Utf8.COMPLETE, bytes, 0, cut);
                assertThat(seen).isNotEqualTo(Utf8.INVALID);
                assertThat(Utf8.check(seen, bytes, cut, bytes.length - cut)).isZero();
            }
        }
    }

    @Test
    void agreesWithTheJdkOnEveryPairAndTripleThatMatters() {
        byte[] edges = edges();
        byte[] bytes = new byte[4];
        for (byte one : edges) {
            for (byte two : edges) {
                for (byte three : edges) {
                    for (byte four : edges) {
                        bytes[0] = one;
                        bytes[1] = two;
                        bytes[2] = three;
                        bytes[3] = four;
                        assertSame(bytes);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void agreesWithTheJdkOnDamagedText(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = Frames.prose(1 + random.nextInt(60), random.nextLong());
            for (int damage = random.nextInt(3); damage > 0; damage--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertSame(Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
        }
    }

    @Test
    void knowsAtOnceWhatNothingCanMend() {
        byte[] surrogate = {(byte) 0xed, (byte) 0xa0};

        assertThat(Utf8.check(Utf8.COMPLETE, surrogate, 0, 1)).isPositive();
        assertThat(Utf8.check(Utf8.COMPLETE, surrogate, 0, 2)).isEqualTo(Utf8.INVALID);
    }

    private static void assertSame(byte[] bytes) {
        boolean ours = Utf8.check(Utf8.COMPLETE, bytes, 0, bytes.length) == Utf8.COMPLETE;
        if (ours != isTextToTheJdk(bytes)) { // an assertion each would take long
            throw new AssertionError(Arrays.toString(bytes) + ": " + ours);
        }
    }

    private static boolean isTextToTheJdk(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer characters = CharBuffer.allocate(bytes.length);
        return !decoder.decode(ByteBuffer.wrap(bytes), characters, true).isError();
    }

    private static byte[] edges() {
        int[] edges = {
            0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1,
            0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xff
        };
        byte[] bytes = new byte[edges.length];
        for (int i = 0; i < edges.length; i++) {
            bytes[i] = (byte) edges[i];
        }
        return bytes;
    }
}
