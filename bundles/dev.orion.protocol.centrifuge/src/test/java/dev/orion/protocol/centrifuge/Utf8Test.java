// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "bf",
                "c0af",
                "c1bf",
                "c3",
                "e09f80",
                "e282",
                "eda080",
                "edbfbf",
                "f08f8080",
                "f0908d",
                "f4908080",
                "f5808080",
                "ff",
                "c328",
                "e228a1",
                "6162c3"
            })
    void refusesWhatIsMalformed(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThat(Utf8.isValid(bytes, 0, bytes.length)).isFalse();
    }

    @Test
    void agreesWithTheJdk() {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(20)];
            byte[] some = {
                'a', '"', (byte) 0xc3, (byte) 0xa4, (byte) 0xe2, (byte) 0x82, (byte) 0xf0
            };
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] =
                        random.nextInt(4) == 0
                                ? (byte) random.nextInt()
                                : some[random.nextInt(some.length)];
            }

            assertThat(Utf8.isValid(bytes, 0, bytes.length))
                    .as(() -> HexFormat.of().formatHex(bytes))
                    .isEqualTo(jdkAgrees(bytes));
        }
    }

    @Test
    void looksAtItsPartOnly() {
        byte[] bytes = {(byte) 0xff, 'a', 'b', (byte) 0xc3, (byte) 0xa4, (byte) 0xff};

        assertThat(Utf8.isValid(bytes, 1, 5)).isTrue();
        assertThat(Utf8.isValid(bytes, 1, 4)).isFalse();
        assertThat(Utf8.isValid(bytes, 1, 1)).isTrue();
    }

    private static boolean jdkAgrees(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException malformed) {
            return false;
        }
    }
}
