// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import ch.qos.logback.classic.spi.IThrowableProxy;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One record on its way to the console and the file: bounded, with secrets already gone, not yet
 * escaped.
 *
 * @param fields strings, numbers and booleans, in order
 */
record Entry(
        Instant time,
        String level,
        String logger,
        String message,
        Map<String, Object> fields,
        Optional<IThrowableProxy> error) {

    Entry {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    Entry with(String key, Object value) {
        var more = new LinkedHashMap<>(fields);
        more.put(key, value);
        return new Entry(time, level, logger, message, more, error);
    }

    /** This record as if it had been logged at another time. */
    Entry at(Instant other) {
        return new Entry(other, level, logger, message, fields, error);
    }

    /** This record, saying how many like it are not shown; unchanged where there are none. */
    Entry suppressing(long count) {
        return count == 0 ? this : with("suppressed", count);
    }
}
