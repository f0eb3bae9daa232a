// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What two servers gave in turns: the samples of one index were taken one after the other, so that
 * the machine was in much the same state.
 */
record Comparison(List<Sample> first, List<Sample> second) {

    Comparison {
        first = List.copyOf(first);
        second = List.copyOf(second);
    }

    /** Measures one, the other, one, the other, … */
    static Comparison inTurns(int rounds, Supplier<Sample> one, Supplier<Sample> other) {
        List<Sample> first = new ArrayList<>();
        List<Sample> second = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            first.add(one.get());
            second.add(other.get());
        }
        return new Comparison(first, second);
    }

    /** The rounds of several. */
    static Comparison joined(List<Comparison> several) {
        return new Comparison(
                several.stream().flatMap(one -> one.first.stream()).toList(),
                several.stream().flatMap(one -> one.second.stream()).toList());
    }

    /** The median of the rounds' ratios of first to second. */
    double ratio(ToDoubleFunction<Sample> number) {
        return Sample.median(ratios(number));
    }

    /** The ratio of each round. */
    DoubleStream ratios(ToDoubleFunction<Sample> number) {
        return IntStream.range(0, first.size())
                .mapToDouble(
                        i ->
                                number.applyAsDouble(first.get(i))
                                        / number.applyAsDouble(second.get(i)));
    }
}
