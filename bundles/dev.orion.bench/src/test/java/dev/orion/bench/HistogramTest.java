// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {

    private final Histogram histogram = new Histogram();

    @Test
    void knowsNothingBeforeTheFirstValue() {
        assertThat(histogram.total()).isZero();
        assertThat(histogram.quantile(0.5)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 63, 64, 65, 127, 128, 1_000, 99_999, 1_000_000, 3_600_000_000_000L})
    void keepsAValueToOneInSixtyFour(long nanos) {
        histogram.record(nanos);

        assertThat(histogram.quantile(1)).isBetween(nanos, nanos + nanos / 64);
    }

    @Test
    void tellsQuantilesOfAKnownDistribution() {
        for (long micros = 1; micros <= 1000; micros++) {
            histogram.record(TimeUnit.MICROSECONDS.toNanos(micros));
        }

        assertThat(histogram.total()).isEqualTo(1000);
        assertThat(histogram.quantile(0.50)).isCloseTo(500_000, Percentage.withPercentage(2));
        assertThat(histogram.quantile(0.99)).isCloseTo(990_000, Percentage.withPercentage(2));
    }

    @Test
    void countsWhatIsTooLongAsTheLongest() {
        histogram.record(Long.MAX_VALUE);

        assertThat(histogram.quantile(1)).isGreaterThan(TimeUnit.HOURS.toNanos(2));
    }

    @Test
    void countsWhatArrivedBeforeItsTimeAsZero() {
        histogram.record(-5);

        assertThat(histogram.quantile(1)).isZero();
    }
}
