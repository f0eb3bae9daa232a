// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UsageTest {

    private final Usage usage = new Usage("thing WORD [--count N] [--json]");

    @Test
    void sortsWordsFlagsAndOptions() {
        Arguments arguments = usage.read(List.of("--count", "5", "a", "--json", "b"));

        assertThat(arguments.words(0, 9)).containsExactly("a", "b");
        assertThat(arguments.json()).isTrue();
        assertThat(arguments.option("--count")).hasValue("5");
    }

    @Test
    void readsAnOptionInOne() {
        assertThat(usage.read(List.of("--count=5")).option("--count")).hasValue("5");
    }

    @Test
    void takesEverythingAfterTwoDashesForWords() {
        Arguments arguments = usage.read(List.of("--", "--json", "-1"));

        assertThat(arguments.words(0, 9)).containsExactly("--json", "-1");
        assertThat(arguments.json()).isFalse();
    }

    @Test
    void saysWhatIsWrongAndHowItIsTyped() {
        String end = " (usage: thing WORD [--count N] [--json])";

        assertThatThrownBy(() -> usage.read(List.of("--jsn")))
                .hasMessage("unknown option --jsn" + end);
        assertThatThrownBy(() -> usage.read(List.of("--json=1")))
                .hasMessage("unknown option --json=1" + end);
        assertThatThrownBy(() -> usage.read(List.of("--count")))
                .hasMessage("option --count without a value" + end);
        assertThatThrownBy(() -> usage.read(List.of("a", "b")).words(1, 1))
                .hasMessage("too many arguments" + end);
        assertThatThrownBy(() -> usage.read(List.of()).words(1, 1))
                .hasMessage("too few arguments" + end);
        assertThatThrownBy(() -> usage.read(List.of()).count("0"))
                .hasMessage("number: 0 (expected: >= 1)" + end);
        assertThatThrownBy(() -> usage.read(List.of()).count("x"))
                .hasMessage("number: x (expected: >= 1)" + end);
    }

    @Test
    void refusesWhatTheShellHasTakenForItsOwnCode() {
        assertThatThrownBy(() -> usage.read(List.of("a", Map.of())))
                .hasMessageContaining("argument 2 is shell code");
        assertThatThrownBy(() -> usage.read(List.of(List.of())))
                .hasMessageContaining("argument 1 is shell code");
        assertThatThrownBy(() -> usage.read(java.util.Collections.singletonList(null)))
                .hasMessageContaining("argument 1 is null");
    }
}
