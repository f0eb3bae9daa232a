// SPDX-License-Identifier: Apache-2.0
package dev.orion.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedTest {

    @ParameterizedTest
    @CsvSource({
        "any, true",
        "none, false",
        "role:reader, true",
        "role:writer, false",
        "user:ann, true",
        "user:bob, false",
    })
    void includesByUserAndRole(String allowed, boolean includes) {
        assertThat(Allowed.parse(allowed).includes("ann", Set.of("reader"))).isEqualTo(includes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "all", "role", "role:", "user:", "Any", "group:x"})
    void refusesOtherForms(String allowed) {
        assertThatThrownBy(() -> Allowed.parse(allowed))
                .hasMessageContaining("any, none, role:NAME or user:NAME");
    }
}
