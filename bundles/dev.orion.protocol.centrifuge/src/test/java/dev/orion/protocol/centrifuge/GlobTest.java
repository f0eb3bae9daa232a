// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'';anything;true",
                "chat/*;chat/a/b;true",
                "chat/**;chat/a;true",
                "chat/*;chats/a;false",
                "?at;cat;true",
                "?at;at;false",
                "[bc]at;bat;true",
                "[!bc]at;bat;false",
                "[!bc]at;rat;true",
                "[a-c]at;bat;true",
                "{cat,dog}s;dogs;true",
                "{cat,dog}s;cows;false",
                "a,b;a,b;true",
                "a.b;axb;false",
                "\\*;*;true",
                "\\*;x;false",
                "a(b|c);ab;false",
                "[]a];];true",
                "[^];^;true",
            })
    void matches(String glob, String name, boolean isMatch) {
        assertThat(Glob.compile(glob).test(name)).isEqualTo(isMatch);
    }

    @Test
    void refusesWhatIsNotClosed() {
        for (String glob : new String[] {"[ab", "{a,b", "a}"}) {
            assertThatThrownBy(() -> Glob.compile(glob))
                    .as(glob)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
