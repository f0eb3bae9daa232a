// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a message as one line.
 *
 * <p>A payload that is not JSON is written in JSON as a string where it is UTF-8 text, else as
 * {@code {"base64": "…"}}: the rule of every JSON client.
 */
final class MessageLines {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    private MessageLines() {}

    /** For people: when, where if that is not known, from whom, what. */
    static String text(Message message, boolean tellsChannel) {
        LocalTime time =
                Instant.ofEpochMilli(message.timeMs()).atZone(ZoneId.systemDefault()).toLocalTime();
        return TIME.format(time)
                + (tellsChannel ? "  " + Printable.text(message.channel()) : "")
                + "  "
                + Printable.text(from(message.origin()))
                + "  "
                + Printable.text(body(message.payload()));
    }

    /** For programs: one JSON object. */
    static String json(Message message) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("channel", message.channel());
        line.put("time", Instant.ofEpochMilli(message.timeMs()));
        line.put("offset", message.offset());
        line.put("epoch", message.epoch());
        line.put("client", message.origin().client());
        line.put("user", message.origin().user());
        line.put("transport", message.origin().transport());
        line.put("headers", message.headers().toMap());
        line.put("contentType", message.payload().contentType());
        line.put("data", data(message.payload()));
        return Json.text(line);
    }

    private static String from(Origin origin) {
        String who = origin.user().isEmpty() ? origin.client() : origin.user();
        return who.isEmpty() ? origin.transport() : who + "@" + origin.transport();
    }

    private static String body(Payload payload) {
        return utf8(payload).orElseGet(() -> "base64:" + base64(payload));
    }

    private static Object data(Payload payload) {
        if (payload.isJson()) {
            return new Json.RawJson(payload.text());
        }
        Optional<String> text = utf8(payload);
        return text.isPresent() ? text.get() : Map.of("base64", base64(payload));
    }

    private static Optional<String> utf8(Payload payload) {
        try {
            return Optional.of(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(payload.array()))
                            .toString());
        } catch (CharacterCodingException binary) {
            return Optional.empty();
        }
    }

    private static String base64(Payload payload) {
        return Base64.getEncoder().encodeToString(payload.array());
    }
}
