// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What one measurement of one server gave.
 *
 * @param cpuMicros the processor time of the server's process per unit of work
 * @param figures what else the row tells
 */
record Sample(double cpuMicros, List<Double> figures) {

    Sample {
        figures = List.copyOf(figures);
    }

    Sample(double cpuMicros, double... figures) {
        this(cpuMicros, DoubleStream.of(figures).boxed().toList());
    }

    double figure(int index) {
        return figures.get(index);
    }

    /** The median of each number by itself. */
    static Sample median(List<Sample> samples) {
        double[] figures =
                IntStream.range(0, samples.get(0).figures.size())
                        .mapToDouble(i -> median(samples, sample -> sample.figure(i)))
                        .toArray();
        return new Sample(median(samples, Sample::cpuMicros), figures);
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> number) {
        double[] values = samples.stream().mapToDouble(number).sorted().toArray();
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
