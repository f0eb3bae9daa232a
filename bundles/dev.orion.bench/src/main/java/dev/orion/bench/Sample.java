// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.util.List;
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
                        .mapToDouble(i -> median(samples.stream().mapToDouble(s -> s.figure(i))))
                        .toArray();
        return new Sample(median(samples.stream().mapToDouble(Sample::cpuMicros)), figures);
    }

    /** The one in the middle, or what is halfway between the two there. */
    static double median(DoubleStream numbers) {
        double[] sorted = numbers.sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
