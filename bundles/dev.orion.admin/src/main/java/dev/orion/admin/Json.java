// SPDX-License-Identifier: Apache-2.0
package dev.orion.admin;

import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes values as JSON texts of one line. */
final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /**
     * The JSON text of a value.
     *
     * @param value a map, a list or a number; a constant is written in lower case, and anything
     *     else as its text
     */
    static String text(Object value) {
        var text = new StringWriter();
        try (JsonGenerator to = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(to, value);
        }
        return text.toString();
    }

    private static void write(JsonGenerator to, Object value) {
        if (value instanceof Map<?, ?> object) {
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
        } else if (value instanceof Long || value instanceof Integer) {
            to.writeNumber(((Number) value).longValue());
        } else if (value instanceof Enum<?> constant) {
            to.writeString(constant.name().toLowerCase(Locale.ROOT));
        } else {
            to.writeString(value.toString());
        }
    }
}
