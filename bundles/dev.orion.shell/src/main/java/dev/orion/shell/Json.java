// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes answers as JSON texts of one line. */
final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /**
     * The JSON text of a value.
     *
     * @param value a map, a list, a number, a boolean, an enum or null; anything else is written as
     *     its text
     */
    static String text(Object value) {
        var text = new StringWriter();
        try (JsonGenerator to = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(to, value);
        }
        return text.toString();
    }

    /**
     * How a constant is written, here and in tables: {@code DROP_OLDEST} as {@code drop-oldest}.
     */
    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void write(JsonGenerator to, Object value) {
        if (value == null) {
            to.writeNull();
        } else if (value instanceof Map<?, ?> object) {
            to.writeStartObject();
            object.forEach(
                    (name, member) -> {
                        to.writeName(name.toString());
                        write(to, member);
                    });
            to.writeEndObject();
        } else if (value instanceof List<?> array) {
            to.writeStartArray();
            array.forEach(element -> write(to, element));
            to.writeEndArray();
        } else if (value instanceof Boolean flag) {
            to.writeBoolean(flag);
        } else if (value instanceof Long || value instanceof Integer) {
            to.writeNumber(((Number) value).longValue());
        } else if (value instanceof RawJson raw) {
            to.writeRawValue(raw.text());
        } else {
            to.writeString(value instanceof Enum<?> constant ? name(constant) : value.toString());
        }
    }

    /**
     * A value that is JSON already.
     *
     * @param text one valid JSON text
     */
    record RawJson(String text) {}
}
