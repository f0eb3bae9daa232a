// SPDX-License-Identifier: Apache-2.0
package dev.orion.admin;

import dev.orion.net.ConnectionEvent;
import dev.orion.net.ConnectionEvent.Connected;
import dev.orion.net.ConnectionEvent.Disconnected;
import dev.orion.net.ConnectionEvent.Failed;
import dev.orion.net.ConnectionEvent.Missed;
import dev.orion.net.ConnectionInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Connection events as {@code docs/events.md} describes them for programs. */
final class EventJson {

    private EventJson() {}

    /** One JSON object; empty for bytes, which are not published. */
    static Optional<String> text(ConnectionEvent event) {
        Map<String, Object> members = new LinkedHashMap<>();
        if (event instanceof Connected connected) {
            members.put("event", "connected");
            add(connected.connection(), members);
        } else if (event instanceof Disconnected disconnected) {
            members.put("event", "disconnected");
            add(disconnected.connection(), members);
            members.put("code", disconnected.reason().code());
            members.put("reason", disconnected.reason().text());
        } else if (event instanceof Failed failed) {
            members.put("event", "error");
            add(failed.connection(), members);
            members.put("what", failed.what());
        } else if (event instanceof Missed missed) {
            members.put("event", "missed");
            members.put("count", missed.events());
        } else {
            return Optional.empty();
        }
        members.put("time", event.time());
        return Optional.of(Json.text(members));
    }

    private static void add(ConnectionInfo connection, Map<String, Object> members) {
        members.put("connection", connection.id());
        members.put("listener", connection.listener());
        members.put("endpoint", connection.endpoint());
        members.put("protocol", protocol(connection));
        members.put("remote", connection.remote());
    }

    /** What is spoken; of a connection that waits to be served what it came for. */
    private static String protocol(ConnectionInfo connection) {
        String spoken = connection.protocol();
        return spoken.isEmpty() ? connection.endpoint().scheme() : spoken;
    }
}
