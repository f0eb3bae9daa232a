// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    @Test
    void takesTurns() {
        Iterator<Double> numbers = List.of(1.0, 2.0, 3.0, 4.0).iterator();

        var compared =
                Comparison.inTurns(
                        2, () -> new Sample(numbers.next()), () -> new Sample(numbers.next()));

        assertThat(compared.first()).containsExactly(new Sample(1), new Sample(3));
        assertThat(compared.second()).containsExactly(new Sample(2), new Sample(4));
    }

    @Test
    void comparesWhatWasMeasuredTogether() {
        // The machine was slow in the second round, for both.
        var compared =
                new Comparison(
                        List.of(new Sample(2), new Sample(200), new Sample(3)),
                        List.of(new Sample(1), new Sample(100), new Sample(1)));

        assertThat(compared.ratio(Sample::cpuMicros)).isEqualTo(2);
        assertThat(Goal.cpuRatio(2).met().test(compared)).isTrue();
        assertThat(Goal.cpuRatio(1.9).met().test(compared)).isFalse();
    }

    @Test
    void joinsWhatSeveralStartsGave() {
        var one = new Comparison(List.of(new Sample(2)), List.of(new Sample(1)));
        var other =
                new Comparison(
                        List.of(new Sample(8), new Sample(9)),
                        List.of(new Sample(2), new Sample(3)));

        var joined = Comparison.joined(List.of(one, other));

        assertThat(joined.ratios(Sample::cpuMicros)).containsExactly(2.0, 4.0, 3.0);
        assertThat(joined.ratio(Sample::cpuMicros)).isEqualTo(3);
    }

    @Test
    void takesTheMedianOfEachNumberByItself() {
        var samples = List.of(new Sample(1, 30), new Sample(2, 10), new Sample(4, 20));

        assertThat(Sample.median(samples)).isEqualTo(new Sample(2, 20));
        assertThat(Sample.median(samples.subList(0, 2))).isEqualTo(new Sample(1.5, 20));
    }
}
