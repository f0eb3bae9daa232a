// SPDX-License-Identifier: Apache-2.0
package dev.orion.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b/c", "/", "a//b", "$sys/x", "grüße/🎉", "a b", "a:b.c"})
    void takesLevelsOfUtf8(String name) {
        assertThat(ChannelName.isValid(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a+", "#", "a\u0000", "a\nb", "\u007f", "\ud800", "a\udc00"})
    void refusesWildcardsControlsAndHalfPairs(String name) {
        assertThat(ChannelName.isValid(name)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("letters")
    void countsBytesAndNotLetters(String letter, int bytes) {
        int most = ChannelName.MAX_BYTES / bytes;

        assertThat(ChannelName.isValid(letter.repeat(most))).isTrue();
        assertThat(ChannelName.isValid(letter.repeat(most + 1))).isFalse();
    }

    static Object[][] letters() {
        return new Object[][] {{"a", 1}, {"ü", 2}, {"€", 3}, {"🎉", 4}};
    }
}
