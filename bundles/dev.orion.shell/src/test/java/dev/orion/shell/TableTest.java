// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {

    private static final Table<Row> TABLE =
            new Table<Row>().with("name", Row::name).with("bundleId", Row::number);

    @Test
    void sizesColumnsToContentAndAlignsNumbersToTheRight() {
        String text = TABLE.text(List.of(new Row("a", 7), new Row("longer", 12_345)));

        assertThat(text)
                .isEqualTo(
                        """
                        NAME    BUNDLE ID
                        a               7
                        longer      12345
                        """);
    }

    @Test
    void isALineOfTitlesWhereThereIsNothing() {
        assertThat(TABLE.text(List.of())).isEqualTo("NAME  BUNDLE ID\n");
    }

    @Test
    void countsCharactersAndNotHalvesOfThem() {
        String text = TABLE.text(List.of(new Row("\ud83d\ude00", 1), new Row("ab", 2)));

        assertThat(text)
                .isEqualTo("NAME  BUNDLE ID\n\ud83d\ude00             1\nab            2\n");
    }

    @Test
    void escapesWhatCouldForgeALineOrMoveTheCursor() {
        String text = TABLE.text(List.of(new Row("a\nb\t\u001b[2J\u202e\u2028\u0085", 1)));

        assertThat(text)
                .isEqualTo(
                        """
                        NAME                               BUNDLE ID
                        a\\nb\\t\\u001b[2J\\u202e\\u2028\\u0085          1
                        """);
    }

    @Test
    void showsTimesOfTheZoneConstantsInLowerCaseAndMapsAsPairs() {
        Table<Integer> table =
                new Table<Integer>()
                        .with("time", n -> Instant.parse("2025-06-01T19:50:00.1Z"))
                        .with("state", n -> Thread.State.TIMED_WAITING)
                        .with("fields", n -> Map.of("key", "v\r"));

        assertThat(table.text(List.of(1), ZoneOffset.UTC))
                .isEqualTo(
                        """
                        TIME                     STATE          FIELDS
                        2025-06-01 19:50:00.100  timed-waiting  key=v\\r
                        """);
    }

    @Test
    void isAnArrayOfObjectsForPrograms() {
        String json = Json.text(TABLE.objects(List.of(new Row("a\n\"", 7))));

        assertThat(json).isEqualTo("[{\"name\":\"a\\n\\\"\",\"bundleId\":7}]");
    }

    private record Row(String name, int number) {}
}
