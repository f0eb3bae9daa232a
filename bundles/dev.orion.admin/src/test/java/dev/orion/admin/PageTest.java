// SPDX-License-Identifier: Apache-2.0
package dev.orion.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {

    @Test
    void leadsThroughALongListWithoutALossOrADouble() {
        var all = new ArrayList<>(IntStream.range(100, 350).mapToObj(Integer::toString).toList());
        var seen = new ArrayList<Object>();
        String cursor = "";
        do {
            Map<String, Object> answer = ask("40", cursor, all);
            ((List<?>) answer.get("n")).forEach(each -> seen.add(((Map<?, ?>) each).get("v")));
            cursor = (String) answer.getOrDefault("next", "");
            all.remove("100"); // who goes moves nobody else to another page
        } while (!cursor.isEmpty());

        assertThat(seen).hasSize(250).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void saysHowManyThereAreAndThatThereIsNoMore() {
        Map<String, Object> answer = ask("2", "", List.of("b", "a"));

        assertThat(answer)
                .containsExactly(
                        Map.entry("n", List.of(Map.of("v", "a"), Map.of("v", "b"))),
                        Map.entry("total", 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1001", "x", "99999999999"})
    void refusesLimitsBeyondItsBounds(String limit) {
        assertThatThrownBy(() -> Page.of(Map.of("limit", List.of(limit))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: 1 to 1000)");
    }

    @Test
    void refusesACursorThatIsNotItsOwn() {
        assertThatThrownBy(() -> Page.of(Map.of("cursor", List.of("?"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cursor: ");
    }

    private static Map<String, Object> ask(String limit, String cursor, List<String> all) {
        return Page.of(Map.of("limit", List.of(limit), "cursor", List.of(cursor)))
                .of("n", all, each -> each, each -> Map.of("v", each));
    }
}
