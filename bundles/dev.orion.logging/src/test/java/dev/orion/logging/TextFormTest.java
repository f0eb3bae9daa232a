// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ThrowableProxy;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TextFormTest {

    private static final Instant TIME = Instant.parse("2025-06-01T19:50:00Z");

    @Test
    void isTheFormOfTheDesign() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("connection_id", "conn_896162d4");
        fields.put("endpoint", "localhost:8080");
        fields.put("protocol", "tcp");

        assertThat(text(entry("Network connection created", fields)))
                .isEqualTo(
                        """
                        [2025-06-01T19:50:00.000000] INFO | agent.network_manager | Network connection created
                        ├── connection_id: conn_896162d4
                        ├── endpoint: localhost:8080
                        └── protocol: tcp
                        """);
    }

    @Test
    void isOneLineWithoutFields() {
        assertThat(text(entry("Ready", Map.of())))
                .isEqualTo("[2025-06-01T19:50:00.000000] INFO | agent.network_manager | Ready\n");
    }

    @Test
    void marksASingleFieldAsTheLast() {
        assertThat(text(entry("Ready", Map.of("count", 3)))).endsWith("Ready\n└── count: 3\n");
    }

    @Test
    void showsMicrosecondsInTheGivenZone() {
        var out = new StringBuilder();
        Instant time = Instant.parse("2025-12-31T23:59:59.123456789Z");

        new TextForm(ZoneId.of("Europe/Berlin"))
                .append(out, new Entry(time, "WARN", "a", "b", Map.of(), Optional.empty()));

        assertThat(out).hasToString("[2026-01-01T00:59:59.123456] WARN | a | b\n");
    }

    @Test
    void keepsOthersFromForgingARecord() {
        String forged = "x\n[2025-06-01T19:50:00.000000] ERROR | agent.network_manager | gone\r\n";

        String text = text(entry(forged, Map.of("name\n", "\u001b[2J\u202Eevil\u2028└── a: b")));

        assertThat(text)
                .isEqualTo(
                        "[2025-06-01T19:50:00.000000] INFO | agent.network_manager | x\\n"
                                + "[2025-06-01T19:50:00.000000] ERROR | agent.network_manager |"
                                + " gone\\r\\n\n"
                                + "└── name\\n: \\u001b[2J\\u202eevil\\u2028└── a: b\n");
    }

    @Test
    void hangsTheStackBelowTheError() {
        var cause = new IllegalStateException("no\nroute");
        cause.setStackTrace(new StackTraceElement[] {frame("c", 3), frame("b", 2)});
        var error = new IllegalArgumentException("broken", cause);
        error.setStackTrace(new StackTraceElement[] {frame("a", 1), frame("b", 2)});
        var entry =
                new Entry(
                        TIME,
                        "ERROR",
                        "dev.orion.config",
                        "Failed",
                        Map.of("file", "x"),
                        Optional.of(new ThrowableProxy(error)));

        assertThat(text(entry))
                .isEqualTo(
                        """
                        [2025-06-01T19:50:00.000000] ERROR | dev.orion.config | Failed
                        ├── file: x
                        └── error: java.lang.IllegalArgumentException: broken
                            at demo.Demo.a(Demo.java:1)
                            at demo.Demo.b(Demo.java:2)
                            caused by: java.lang.IllegalStateException: no\\nroute
                            at demo.Demo.c(Demo.java:3)
                            ... 1 more
                        """);
    }

    @Test
    void boundsTheStack() {
        var error = new IllegalArgumentException("deep");
        var frames = new StackTraceElement[1_000];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = frame("a", i);
        }
        error.setStackTrace(frames);

        assertThat(StackLines.of(new ThrowableProxy(error)))
                .hasSize(101)
                .last()
                .isEqualTo("... 900 lines cut");
    }

    private static StackTraceElement frame(String method, int line) {
        return new StackTraceElement("demo.Demo", method, "Demo.java", line);
    }

    private static Entry entry(String message, Map<String, Object> fields) {
        return new Entry(TIME, "INFO", "agent.network_manager", message, fields, Optional.empty());
    }

    private static String text(Entry entry) {
        var out = new StringBuilder();
        new TextForm(ZoneOffset.UTC).append(out, entry);
        return out.toString();
    }
}
