// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.slf4j.event.KeyValuePair;

/**
 * Where Logback hands its events over: cuts bursts, hides secrets, and queues the rest.
 *
 * <p><b>Threads:</b> any, also event loops; never blocks.
 */
final class Intake extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private final Bursts bursts;
    private final Recorder recorder;
    private final LongSupplier nanoTime;

    Intake(Bursts bursts, Recorder recorder, LongSupplier nanoTime) {
        this.bursts = bursts;
        this.recorder = recorder;
        this.nanoTime = nanoTime;
    }

    @Override
    protected void append(ILoggingEvent event) {
        String message = message(event);
        var kind = new Bursts.Kind(event.getLoggerName(), event.getLevel().toString(), message);
        bursts.admit(kind, () -> entry(event, message), nanoTime.getAsLong())
                .ifPresent(recorder::offer);
    }

    private static String message(ILoggingEvent event) {
        String message = event.getFormattedMessage();
        return message == null ? "" : Secrets.hide(Texts.bounded(message));
    }

    private static Entry entry(ILoggingEvent event, String message) {
        return new Entry(
                event.getInstant(),
                event.getLevel().toString(),
                event.getLoggerName(),
                message,
                fields(event),
                Optional.ofNullable(event.getThrowableProxy()));
    }

    /** The key-values in their order, then what the thread's context adds, by name. */
    private static Map<String, Object> fields(ILoggingEvent event) {
        var fields = new LinkedHashMap<String, Object>();
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            pairs.forEach(pair -> put(fields, pair.key, pair.value));
        }
        new TreeMap<>(event.getMDCPropertyMap())
                .forEach(
                        (key, value) -> {
                            if (!fields.containsKey(key)) {
                                put(fields, key, value);
                            }
                        });
        return fields;
    }

    private static void put(Map<String, Object> fields, String key, Object value) {
        if (fields.size() < Texts.MAX_FIELDS) {
            String name = Texts.bounded(String.valueOf(key));
            fields.put(name, Secrets.isSecret(name) ? Secrets.HIDDEN : plain(value));
        }
    }

    private static Object plain(Object value) {
        if (value instanceof Boolean
                || value instanceof Long
                || value instanceof Integer
                || value instanceof Double) {
            return value;
        }
        return Secrets.hide(Texts.bounded(text(value)));
    }

    /** A value's own code must not break the caller's work. */
    private static String text(Object value) {
        try {
            return String.valueOf(value);
        } catch (RuntimeException broken) {
            return "(" + value.getClass().getName() + " cannot be shown)";
        }
    }
}
