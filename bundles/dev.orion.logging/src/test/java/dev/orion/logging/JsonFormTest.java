// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ThrowableProxy;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

class JsonFormTest {

    private static final Instant TIME = Instant.parse("2025-06-01T19:50:00.000001Z");

    @Test
    void isOneObjectALine() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("name", "a\"b\\c\n\u001b\u202e");
        fields.put("count", 3);
        fields.put("ratio", Double.NaN);
        fields.put("open", true);

        assertThat(json(new Entry(TIME, "INFO", "a", "Done", fields, Optional.empty())))
                .isEqualTo(
                        "{\"time\":\"2025-06-01T19:50:00.000001+00:00\",\"level\":\"INFO\","
                                + "\"logger\":\"a\",\"message\":\"Done\",\"fields\":{"
                                + "\"name\":\"a\\\"b\\\\c\\n\\u001b\\u202e\",\"count\":3,"
                                + "\"ratio\":\"NaN\",\"open\":true}}\n");
    }

    @Test
    void holdsErrorAndStack() {
        var error = new IllegalStateException("x");
        error.setStackTrace(
                new StackTraceElement[] {new StackTraceElement("d.D", "m", "D.java", 7)});

        assertThat(json(entry("Failed", Optional.of(new ThrowableProxy(error)))))
                .endsWith(
                        ",\"error\":\"java.lang.IllegalStateException: x\","
                                + "\"stack\":[\"at d.D.m(D.java:7)\"]}\n");
    }

    @Test
    void isReadBackAsItWasWritten() {
        var random = new Random(42);
        for (int i = 0; i < 2_000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(20); n > 0; n--) {
                text.appendCodePoint(random.nextInt(random.nextBoolean() ? 0x100 : 0x3000));
            }
            String json = json(entry(text.toString(), Optional.empty()));

            assertThat(json.chars().filter(c -> c == '\n').count()).isEqualTo(1);
            assertThat(messageOf(json)).isEqualTo(text.toString());
        }
    }

    private static String messageOf(String json) {
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                if ("message".equals(parser.currentName())) {
                    parser.nextToken();
                    return parser.getString();
                }
            }
        }
        throw new AssertionError("no message: " + json);
    }

    private static Entry entry(
            String message, Optional<ch.qos.logback.classic.spi.IThrowableProxy> error) {
        return new Entry(TIME, "INFO", "a", message, Map.of(), error);
    }

    private static String json(Entry entry) {
        var out = new StringBuilder();
        new JsonForm(ZoneOffset.UTC).append(out, entry);
        return out.toString();
    }
}
