// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BurstsTest {

    private static final long SECOND = 1_000_000_000L;

    private final Bursts bursts = new Bursts(Duration.ofSeconds(1));

    @Test
    void letsTenThroughAndCutsTheRest() {
        for (int i = 1; i <= 10; i++) {
            assertThat(admit("a", i, i)).isPresent();
        }

        assertThat(admit("a", 11, 11)).isEmpty();
        assertThat(admit("a", 12, SECOND)).isEmpty();
    }

    @Test
    void letsTenThroughAgainAfterAWindowThatCutNothing() {
        tenAt(0);

        for (int i = 0; i < 10; i++) {
            assertThat(admit("a", i, SECOND)).hasValueSatisfying(BurstsTest::saysNothing);
        }
        assertThat(admit("a", 10, SECOND)).isEmpty();
    }

    @Test
    void tellsWithTheNextOneHowManyWereCut() {
        tenAt(0);
        admit("a", 11, 1);
        admit("a", 12, 2);

        assertThat(admit("a", 13, SECOND)).hasValueSatisfying(is(13, 2));
        assertThat(admit("a", 14, SECOND + 1)).isEmpty();
    }

    @Test
    void tellsAfterTheBurstWhenNoneFollows() {
        tenAt(0);
        admit("a", 11, 1);
        admit("a", 12, 2);

        assertThat(bursts.due(SECOND - 1)).isEmpty();
        assertThat(bursts.due(SECOND)).singleElement().satisfies(is(11, 1));
        assertThat(admit("a", 13, SECOND + 1)).isEmpty();
        assertThat(bursts.due(2 * SECOND)).singleElement().satisfies(BurstsTest::saysNothing);
        assertThat(bursts.due(3 * SECOND)).isEmpty();
        assertThat(bursts.isEmpty()).isTrue();
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

        assertThat(shown).isBetween(19, 21);
        assertThat(shown + told).isEqualTo(1_000);
    }

    @Test
    void keepsKindsApart() {
        tenAt(0);

        assertThat(admit("a", 1, 0)).isEmpty();
        assertThat(admit("b", 1, 0)).isPresent();
    }

    @Test
    void isBoundedAndLetsWhatItDoesNotKnowPass() {
        for (int i = 0; i < Bursts.MOST; i++) {
            admit("kind " + i, 0, 0);
        }

        for (int i = 0; i <= Bursts.AT_ONCE; i++) {
            assertThat(admit("one more", i, 0)).isPresent();
        }
        for (int i = 1; i < Bursts.AT_ONCE; i++) {
            assertThat(admit("kind 0", i, 0)).isPresent();
        }
        assertThat(admit("kind 0", 10, 0)).isEmpty();
    }

    @Test
    void cutsNothingWithoutAWindow() {
        var off = new Bursts(Duration.ZERO);
        var kind = new Bursts.Kind("l", "INFO", "a");

        for (int i = 0; i <= Bursts.AT_ONCE; i++) {
            assertThat(off.admit(kind, () -> entry(1), 0)).isPresent();
        }
    }

    private void tenAt(long now) {
        for (int i = 1; i <= 10; i++) {
            admit("a", i, now);
        }
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

    private static void saysNothing(Entry entry) {
        assertThat(entry.fields()).containsOnlyKeys("n");
    }

    private static Consumer<Entry> is(int n, long suppressed) {
        return entry ->
                assertThat(entry.fields())
                        .containsEntry("n", n)
                        .containsEntry("suppressed", suppressed);
    }
}
