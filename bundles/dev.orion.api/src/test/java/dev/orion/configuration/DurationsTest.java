// SPDX-License-Identifier: Apache-2.0
package dev.orion.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({"250ms, PT0.25S", "5s, PT5S", "10m, PT10M", "1h, PT1H", "2d, PT48H", "0s, PT0S"})
    void readsANumberAndAUnit(String text, Duration duration) {
        assertThat(Durations.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-5s", "5 s", "5S", "1.5s", "5s5s", "9999999999999s"})
    void refusesOtherForms(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).hasMessageStartingWith("duration: " + text);
    }
}
