// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * One key of a definition.
 *
 * @param secret whether a report must not show the value
 * @param cardinality 0 for one value; an array of at most so many; negative for a collection
 * @param required whether it must be given because it has no default
 * @param min the smallest number, or the shortest text
 * @param max the largest number, or the longest text
 * @param options the only values, if not empty
 */
record Attribute(
        String key,
        ValueType type,
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
        String unit = value instanceof String ? " characters" : "";
        BigDecimal size = size(value);
        if (min.isPresent() && size.compareTo(min.get()) < 0) {
            return Optional.of("expected at least " + min.get().toPlainString() + unit);
        }
        if (max.isPresent() && size.compareTo(max.get()) > 0) {
            return Optional.of("expected at most " + max.get().toPlainString() + unit);
        }
        return Optional.empty();
    }

    private static BigDecimal size(Object value) {
        if (value instanceof Number number) {
            return new BigDecimal(number.toString());
        }
        return BigDecimal.valueOf(value instanceof String text ? text.length() : 1);
    }
}
