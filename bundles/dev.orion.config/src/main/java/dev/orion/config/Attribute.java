// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import dev.orion.configuration.Durations;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * One key of a definition.
 *
 * @param duration whether it is the text of a duration
 * @param secret whether a report must not show the value
 * @param cardinality 0 for one value; an array of at most so many; negative for a collection
 * @param required whether it must be given because it has no default
 * @param min the smallest number, the shortest text, or the milliseconds of the shortest duration
 * @param max the largest number, the longest text, or the milliseconds of the longest duration
 * @param options the only values, if not empty
 */
record Attribute(
        String key,
        ValueType type,
        boolean duration,
        boolean secret,
        int cardinality,
        boolean required,
        Optional<BigDecimal> min,
        Optional<BigDecimal> max,
        List<String> options) {

    Attribute {
        options = List.copyOf(options);
    }

    /** What is wrong with a value that has the right type; empty when nothing is. */
    Optional<String> objection(Object value) {
        if (!options.isEmpty() && !options.contains(String.valueOf(value))) {
            return Optional.of(
                    "expected one of "
                            + String.join(", ", options)
                            + Nearest.hint(String.valueOf(value), options));
        }
        Optional<BigDecimal> millis = duration ? millis(value.toString()) : Optional.empty();
        if (duration && millis.isEmpty()) {
            return Optional.of("expected a number and ms, s, m, h or d, as in 5s");
        }
        String unit = millis.isPresent() ? "ms" : value instanceof String ? " characters" : "";
        BigDecimal size = millis.orElseGet(() -> size(value));
        if (min.isPresent() && size.compareTo(min.get()) < 0) {
            return Optional.of("expected at least " + min.get().toPlainString() + unit);
        }
        if (max.isPresent() && size.compareTo(max.get()) > 0) {
            return Optional.of("expected at most " + max.get().toPlainString() + unit);
        }
        return Optional.empty();
    }

    /** How long a duration is; empty for what is none. */
    static Optional<BigDecimal> millis(String text) {
        try {
            return Optional.of(BigDecimal.valueOf(Durations.parse(text).toMillis()));
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    private static BigDecimal size(Object value) {
        if (value instanceof Number number) {
            return new BigDecimal(number.toString());
        }
        return BigDecimal.valueOf(value instanceof String text ? text.length() : 1);
    }
}
