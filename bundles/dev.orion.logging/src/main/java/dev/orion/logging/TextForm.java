// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import ch.qos.logback.classic.spi.IThrowableProxy;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;

/** Records as people read them: a line, and a tree of its fields. */
final class TextForm {

    private static final String BRANCH = "├── ";
    private static final String LAST = "└── ";
    private static final String BELOW_LAST = "    ";

    private final DateTimeFormatter time;

    TextForm(ZoneId zone) {
        time =
                DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT)
                        .withZone(zone);
    }

    void append(StringBuilder out, Entry entry) {
        out.append('[');
        time.formatTo(entry.time(), out);
        out.append("] ").append(entry.level());
        out.append(" | ").append(Escapes.oneLine(entry.logger()));
        out.append(" | ").append(Escapes.oneLine(entry.message())).append('\n');
        Iterator<Map.Entry<String, Object>> fields = entry.fields().entrySet().iterator();
        while (fields.hasNext()) {
            Map.Entry<String, Object> field = fields.next();
            boolean last = !fields.hasNext() && entry.error().isEmpty();
            append(out, last, field.getKey(), String.valueOf(field.getValue()));
        }
        entry.error().ifPresent(error -> append(out, error));
    }

    private static void append(StringBuilder out, boolean last, String key, String value) {
        out.append(last ? LAST : BRANCH).append(Escapes.oneLine(key));
        out.append(": ").append(Escapes.oneLine(value)).append('\n');
    }

    private static void append(StringBuilder out, IThrowableProxy error) {
        append(out, true, "error", StackLines.summary(error));
        for (String line : StackLines.of(error)) {
            out.append(BELOW_LAST).append(Escapes.oneLine(line)).append('\n');
        }
    }
}
