// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import ch.qos.logback.classic.spi.IThrowableProxy;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Records as machines read them: one JSON object a line.
 *
 * <p>Written by hand, so that the launcher's class path stays small and quick to start.
 */
final class JsonForm {

    private final DateTimeFormatter time;

    JsonForm(ZoneId zone) {
        time =
                DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx", Locale.ROOT)
                        .withZone(zone);
    }

    void append(StringBuilder out, Entry entry) {
        out.append("{\"time\":\"");
        time.formatTo(entry.time(), out);
        out.append("\",\"level\":\"").append(entry.level());
        out.append("\",\"logger\":");
        string(out, entry.logger());
        out.append(",\"message\":");
        string(out, entry.message());
        if (!entry.fields().isEmpty()) {
            fields(out, entry.fields());
        }
        entry.error().ifPresent(error -> error(out, error));
        out.append("}\n");
    }

    private static void fields(StringBuilder out, Map<String, Object> fields) {
        String separator = ",\"fields\":{";
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            out.append(separator);
            string(out, field.getKey());
            out.append(':');
            value(out, field.getValue());
            separator = ",";
        }
        out.append('}');
    }

    private static void value(StringBuilder out, Object value) {
        boolean finite = value instanceof Number number && Double.isFinite(number.doubleValue());
        if (finite || value instanceof Boolean) {
            out.append(value);
        } else {
            string(out, String.valueOf(value));
        }
    }

    private static void error(StringBuilder out, IThrowableProxy error) {
        out.append(",\"error\":");
        string(out, StackLines.summary(error));
        out.append(",\"stack\":");
        List<String> lines = StackLines.of(error);
        String separator = "[";
        for (String line : lines) {
            out.append(separator);
            string(out, line);
            separator = ",";
        }
        out.append(lines.isEmpty() ? "[]" : "]");
    }

    private static void string(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
            } else if (Escapes.isUnsafe(c)) {
                Escapes.append(out, c);
            } else {
                out.appendCodePoint(c);
            }
            i += Character.charCount(c);
        }
        out.append('"');
    }
}
