// SPDX-License-Identifier: Apache-2.0
package dev.orion.log;

import java.time.Instant;
import java.util.Map;

/**
 * One record of the log.
 *
 * @param fields in the order in which they were given; an error's class and message are the last
 *     one, {@code error}. Secrets are gone, and all text is safe to show: one line, control
 *     characters escaped
 */
public record LogRecord(
        Instant time, String level, String logger, String message, Map<String, String> fields) {}
