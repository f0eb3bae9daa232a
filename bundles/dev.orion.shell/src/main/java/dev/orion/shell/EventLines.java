// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.net.ConnectionEvent;
import dev.orion.net.ConnectionEvent.Connected;
import dev.orion.net.ConnectionEvent.Data;
import dev.orion.net.ConnectionEvent.Disconnected;
import dev.orion.net.ConnectionEvent.Failed;
import dev.orion.net.ConnectionEvent.Missed;
import dev.orion.net.ConnectionInfo;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes a connection event as one line; as JSON in the form of {@code $sys/connections}. */
final class EventLines {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    private EventLines() {}

    /** For people: when, what, and who. */
    static String text(ConnectionEvent event) {
        LocalTime time = event.time().atZone(ZoneId.systemDefault()).toLocalTime();
        Map<String, Object> members = members(event);
        members.remove("time");
        return TIME.format(time)
                + "  "
                + members.values().stream()
                        .map(value -> Printable.text(value.toString()))
                        .collect(Collectors.joining("  "));
    }

    /** For programs: one JSON object. */
    static String json(ConnectionEvent event) {
        return Json.text(members(event));
    }

    private static Map<String, Object> members(ConnectionEvent event) {
        Map<String, Object> members = new LinkedHashMap<>();
        if (event instanceof Connected connected) {
            add("connected", connected.connection(), members);
        } else if (event instanceof Disconnected disconnected) {
            add("disconnected", disconnected.connection(), members);
            members.put("code", disconnected.reason().code());
            members.put("reason", disconnected.reason().text());
        } else if (event instanceof Failed failed) {
            add("error", failed.connection(), members);
            members.put("what", failed.what());
        } else if (event instanceof Data data) {
            add("data", data.connection(), members);
            members.put("direction", Json.name(data.direction()));
            members.put("bytes", data.bytes());
        } else if (event instanceof Missed missed) {
            members.put("event", "missed");
            members.put("count", missed.events());
        }
        members.put("time", event.time());
        return members;
    }

    private static void add(String event, ConnectionInfo connection, Map<String, Object> members) {
        String spoken = connection.protocol();
        members.put("event", event);
        members.put("connection", connection.id());
        members.put("listener", connection.listener());
        members.put("endpoint", connection.endpoint());
        members.put("protocol", spoken.isEmpty() ? connection.endpoint().scheme() : spoken);
        members.put("remote", connection.remote());
    }
}
