// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * One line of the table.
 *
 * @param key how it is chosen by {@code -Dbench.rows}
 * @param title what is measured
 * @param unit the unit of work that processor time is given for
 * @param figures the sample's figures, for people
 * @param compared the number that the ratio is about
 */
record Row(
        String key,
        String title,
        String unit,
        Function<Sample, String> figures,
        ToDoubleFunction<Sample> compared,
        Goal goal) {

    /** A row whose figure is work per second. */
    static Row rate(String key, String title, String unit, double mostRatio) {
        Function<Sample, String> rate = sample -> perSecond(sample.figure(0));
        return new Row(key, title, unit, rate, Sample::cpuMicros, Goal.cpuRatio(mostRatio));
    }

    /** A row whose first figure is what is compared. */
    static Row figure(String key, String title, String unit, String format, Goal goal) {
        Function<Sample, String> figure =
                sample -> String.format(Locale.ROOT, format, sample.figure(0));
        return new Row(key, title, unit, figure, sample -> sample.figure(0), goal);
    }

    /** A row that tells the middle and the 99th percentile of a latency in microseconds. */
    static Row latency(String key, String title, String unit, Goal goal) {
        Function<Sample, String> quantiles =
                s ->
                        String.format(
                                Locale.ROOT, "p50 %.0f µs, p99 %.0f µs", s.figure(0), s.figure(1));
        return new Row(key, title, unit, quantiles, Sample::cpuMicros, goal);
    }

    private static String perSecond(double rate) {
        return rate < 1e6
                ? String.format(Locale.ROOT, "%.0fk/s", rate / 1e3)
                : String.format(Locale.ROOT, "%.2fM/s", rate / 1e6);
    }
}
