// SPDX-License-Identifier: Apache-2.0
package dev.orion.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules are those of MQTT 5 §4.7; the examples are its own where it has some. */
class ChannelPatternTest {

    @ParameterizedTest
    @CsvSource({
        "sport/tennis/player1/#, sport/tennis/player1, true",
        "sport/tennis/player1/#, sport/tennis/player1/ranking, true",
        "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon, true",
        "sport/#, sport, true",
        "sport/#, sports, false",
        "#, anything/at/all, true",
        "sport/tennis/+, sport/tennis/player1, true",
        "sport/tennis/+, sport/tennis/player1/ranking, false",
        "sport/+, sport, false",
        "sport/+, sport/, true",
        "+/+, /finance, true",
        "/+, /finance, true",
        "+, /finance, false",
        "#, $sys/clients, false",
        "+/monitor, $sys/monitor, false",
        "$sys/#, $sys/monitor, true",
        "a/b, a/b, true",
        "a/b, a/b/c, false",
        "a/b/c, a/b, false",
        "a/+/c, a/b/c, true",
        "a/+/c, a//c, true",
    })
    void matchesByLevels(String pattern, String channel, boolean matches) {
        assertThat(ChannelPattern.parse(pattern).matches(channel)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a+", "a/b#", "#/a", "a/#/b", "a/+b/c", "a\u0000b"})
    void refusesWildcardsThatAreNotALevelOfTheirOwn(String pattern) {
        assertThatThrownBy(() -> ChannelPattern.parse(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("pattern: " + pattern);
    }

    @Test
    void putsTheMoreSpecialPatternFirst() {
        var sorted =
                Stream.of("#", "a/#", "+/b", "a/b", "a/+", "a/b/#", "a/b/c")
                        .map(ChannelPattern::parse)
                        .sorted()
                        .map(ChannelPattern::toString);

        assertThat(sorted).containsExactly("a/b/c", "a/b/#", "a/b", "a/+", "a/#", "+/b", "#");
    }

    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "a, b, false",
        "a/#, a, true",
        "a/#, a/+/c, true",
        "+/b, a/+, true",
        "a/b/#, a/+, true",
        "a/b/c/#, a/+, false",
        "a/b/#, a/b, true",
        "#, $a/b, false",
        "$a/#, $a/b, true",
        "+, a/b, false"
    })
    void saysWhetherTwoPatternsHaveAChannelInCommon(String one, String other, boolean overlaps) {
        var first = ChannelPattern.parse(one);
        var second = ChannelPattern.parse(other);

        assertThat(first.overlaps(second)).isEqualTo(overlaps);
        assertThat(second.overlaps(first)).isEqualTo(overlaps);
    }

    @ParameterizedTest
    @CsvSource({
        "#, a/+/c, true",
        "a/#, a, true",
        "a/#, +/b, false",
        "a/+, a/b, true",
        "a/+, a/#, false",
        "a/+, a/+/c, false",
        "#, $a, false",
        "a/#, #, false"
    })
    void saysWhetherItCoversAnother(String wide, String narrow, boolean covers) {
        assertThat(ChannelPattern.parse(wide).covers(ChannelPattern.parse(narrow)))
                .isEqualTo(covers);
    }
}
