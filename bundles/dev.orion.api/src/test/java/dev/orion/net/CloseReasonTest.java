// SPDX-License-Identifier: Apache-2.0
package dev.orion.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloseReasonTest {

    @ParameterizedTest
    @CsvSource({
        "3000, true",
        "3499, true",
        "3500, false",
        "3999, false",
        "4499, true",
        "4500, false"
    })
    void tellsFromTheCodeWhetherThePeerMayComeBack(int code, boolean mayRetry) {
        assertThat(new CloseReason(code, "x").mayRetry()).isEqualTo(mayRetry);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000, 2999, 5000})
    void refusesOtherCodes(int code) {
        assertThatThrownBy(() -> new CloseReason(code, "x")).hasMessageContaining("" + code);
    }

    @Test
    void refusesATextThatDoesNotFitACloseFrame() {
        assertThat(new CloseReason(3000, "x".repeat(123)).text()).hasSize(123);
        assertThatThrownBy(() -> new CloseReason(3000, "ü".repeat(62)))
                .hasMessageContaining("124 bytes");
    }
}
