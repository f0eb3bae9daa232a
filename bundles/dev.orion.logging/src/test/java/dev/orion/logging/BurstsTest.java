// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BurstsTest {

    private static final long SECOND = 1_000_000_000L;

    private final Bursts bursts = new Bursts(Duration.ofSeconds(1));

    @Test
    void letsTheFirstThroughAndCutsTheRest() {
        assertThat(admit("a", 1, 0)).isPresent();
        assertThat(admit("a", 2, 1)).isEmpty();
        assertThat(admit("a", 3, SECOND - 1)).isEmpty();
    }

    @Test
    void tellsWithTheNextOneHowManyWereCut() {
        admit("a", 1, 0);
        admit("a", 2, 1);
        admit("a", 3, 2);

        assertThat(admit("a", 4, SECOND)).hasValueSatisfying(is(4, 2));
        assertThat(admit("a", 5, SECOND + 1)).isEmpty();
    }

    @Test
    void tellsAfterTheBurstWhenNoneFollows() {
        admit("a", 1, 0);
        admit("a", 2, 1);
        admit("a", 3, 2);

        assertThat(bursts.due(SECOND - 1)).isEmpty();
        assertThat(bursts.due(SECOND)).singleElement().satisfies(is(2, 1));
        assertThat(bursts.due(2 * SECOND)).isEmpty();
        assertThat(bursts.isEmpty()).isTrue();
    }

    @Test
    void losesNothingOfAPair() {
        admit("a", 1, 0);
        admit("a", 2, 1);

        List<Entry> due = bursts.due(SECOND);

        assertThat(due)
                .singleElement()
                .satisfies(e -> assertThat(e.fields()).containsOnlyKeys("n"));
    }

    @Test
    void keepsToOneASecondWhileTheBurstGoesOn() {
        int shown = 0;
        long told = 0;
        for (int i = 0; i < 1_000; i++) {
            long now = i * SECOND / 100; // ten seconds
            for (Entry entry : bursts.due(now)) {
                shown++;
                told += suppressed(entry);
            }
            Optional<Entry> entry = admit("a", i, now);
            if (entry.isPresent()) {
                shown++;
                told += suppressed(entry.get());
            }
        }
        for (Entry entry : bursts.rest()) {
            shown++;
            told += suppressed(entry);
        }

        assertThat(shown).isBetween(10, 12);
        assertThat(shown + told).isEqualTo(1_000);
    }

    @Test
    void keepsKindsApart() {
        admit("a", 1, 0);

        assertThat(admit("b", 1, 0)).isPresent();
    }

    @Test
    void isBoundedAndLetsWhatItDoesNotKnowPass() {
        for (int i = 0; i < Bursts.MOST; i++) {
            admit("kind " + i, 0, 0);
        }

        assertThat(admit("one more", 1, 0)).isPresent();
        assertThat(admit("one more", 2, 0)).isPresent();
        assertThat(admit("kind 0", 1, 0)).isEmpty();
    }

    @Test
    void cutsNothingWithoutAWindow() {
        var off = new Bursts(Duration.ZERO);
        var kind = new Bursts.Kind("l", "INFO", "a");

        assertThat(off.admit(kind, () -> entry(1), 0)).isPresent();
        assertThat(off.admit(kind, () -> entry(2), 0)).isPresent();
    }

    private Optional<Entry> admit(String message, int n, long now) {
        return bursts.admit(new Bursts.Kind("l", "INFO", message), () -> entry(n), now);
    }

    private static Entry entry(int n) {
        return new Entry(Instant.EPOCH, "INFO", "l", "m", Map.of("n", n), Optional.empty());
    }

    private static long suppressed(Entry entry) {
        return (long) entry.fields().getOrDefault("suppressed", 0L);
    }

    private static java.util.function.Consumer<Entry> is(int n, long suppressed) {
        return entry ->
                assertThat(entry.fields())
                        .containsEntry("n", n)
                        .containsEntry("suppressed", suppressed);
    }
}
