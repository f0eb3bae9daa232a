// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrainingTest {

    @Test
    void listensOnPortsThatTheSystemChooses() {
        assertThat(
                        Training.onFreePorts(
                                """
                                { "uri": "http://127.0.0.1:8080", "idle": "a:b:12" }
                                { "uri": "tcp://[::1]:7000" }\
                                """))
                .isEqualTo(
                        """
                        { "uri": "http://127.0.0.1:0", "idle": "a:b:12" }
                        { "uri": "tcp://[::1]:0" }\
                        """);
    }
}
