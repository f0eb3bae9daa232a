// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What has been measured, a line for each row. */
final class Table {

    private static final int MICROS_PER_MILLI = 1000;

    private final List<List<String>> lines = new ArrayList<>();

    Table(String first, String second) {
        lines.add(
                List.of(
                        "row",
                        first,
                        second,
                        "CPU " + first,
                        "CPU " + second,
                        "per",
                        "ratio",
                        "goal",
                        ""));
    }

    void add(Row row, Comparison compared) {
        Sample first = Sample.median(compared.first());
        Sample second = Sample.median(compared.second());
        lines.add(
                List.of(
                        row.title(),
                        row.figures().apply(first),
                        row.figures().apply(second),
                        cpu(first),
                        cpu(second),
                        row.unit(),
                        ratio(compared, row.compared()),
                        row.goal().text(),
                        row.goal().met().test(compared) ? "met" : "MISSED"));
    }

    void failed(Row row, String why) {
        lines.add(List.of(row.title(), "not measured: " + why));
    }

    /** The table as text, in columns; empty while it has no row. */
    String text() {
        if (lines.size() == 1) {
            return "";
        }
        int columns = lines.get(0).size();
        int[] widths = new int[columns];
        for (List<String> line : lines) {
            for (int i = 0; i < columns && line.size() == columns; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        var text = new StringBuilder();
        for (List<String> line : lines) {
            for (int i = 0; i < line.size(); i++) {
                text.append(line.get(i))
                        .append(" ".repeat(Math.max(0, widths[i] - line.get(i).length()) + 2));
            }
            text.append(System.lineSeparator());
        }
        return text.toString();
    }

    /** The median, and how far the rounds are apart. */
    private static String ratio(Comparison compared, ToDoubleFunction<Sample> number) {
        DoubleSummaryStatistics all = compared.ratios(number).summaryStatistics();
        return String.format(
                Locale.ROOT,
                "%.2f (%.2f–%.2f)",
                compared.ratio(number),
                all.getMin(),
                all.getMax());
    }

    private static String cpu(Sample sample) {
        double micros = sample.cpuMicros();
        return micros < MICROS_PER_MILLI
                ? String.format(Locale.ROOT, "%.2f µs", micros)
                : String.format(Locale.ROOT, "%.0f ms", micros / MICROS_PER_MILLI);
    }
}
