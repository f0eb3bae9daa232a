// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import java.util.List;

/**
 * One key of a configuration, as it was written.
 *
 * @param key without its type
 * @param line 0 where the source has no lines
 */
record Item(String key, Form form, Value value, String source, int line) {

    /** What stands behind the key. */
    sealed interface Value {}

    /**
     * One value of JSON.
     *
     * @param value a String, Boolean, or Number
     */
    record Single(Object value) implements Value {}

    /** An array of JSON. */
    record Many(List<Object> values) implements Value {}

    /** {@code null}: the key is taken away. */
    record Nothing() implements Value {}

    /** A text from the command line; its definition says whether it is JSON. */
    record Raw(String text) implements Value {}
}
