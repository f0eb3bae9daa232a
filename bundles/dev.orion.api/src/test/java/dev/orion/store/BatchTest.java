// SPDX-License-Identifier: Apache-2.0
package dev.orion.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchTest {

    private static final byte[] KEY = {1};
    private static final byte[] VALUE = {2, 3};

    @Test
    void keepsChangesInTheirOrder() {
        Batch batch = Batch.builder().put("a", KEY, VALUE).remove("b", KEY).build();

        assertThat(batch.changes()).extracting(Batch.Change::table).containsExactly("a", "b");
        assertThat(batch.changes())
                .extracting(Batch.Change::isRemoval)
                .containsExactly(false, true);
        assertThat(batch.bytes()).isEqualTo(2 * 24 + 2 + 4);
    }

    @Test
    void doesNotChangeWithItsBuilder() {
        Batch.Builder builder = Batch.builder().put("a", KEY, VALUE);
        Batch batch = builder.build();

        builder.remove("a", KEY);

        assertThat(batch.changes()).hasSize(1);
    }

    @Test
    void refusesWhatIsTooLong() {
        Batch.Builder builder = Batch.builder();

        assertThatThrownBy(() -> builder.put("a", new byte[65_536], VALUE))
                .hasMessage("key: 65536 bytes (expected: <= 65535)");
        assertThatThrownBy(() -> builder.remove("a", new byte[65_536]))
                .hasMessage("key: 65536 bytes (expected: <= 65535)");
        assertThatThrownBy(() -> builder.put("a", KEY, new byte[Batch.MAX_VALUE_BYTES + 1]))
                .hasMessage("value: 16777217 bytes (expected: <= 16777216)");
        assertThat(builder.build()).isSameAs(Batch.EMPTY);
    }

    @Test
    void refusesABatchThatIsTooLong() {
        var value = new byte[Batch.MAX_VALUE_BYTES - 26];
        Batch.Builder builder = Batch.builder();
        for (int i = 0; i < 4; i++) {
            builder.put("a", KEY, value);
        }

        assertThatThrownBy(() -> builder.put("a", KEY, VALUE))
                .hasMessage("batch: 67108892 bytes (expected: <= 67108864)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "ä", "a\n"})
    void refusesNamesOfTables(String table) {
        assertThatThrownBy(() -> Batch.builder().put(table, KEY, VALUE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("table: '" + table + "'");
    }
}
