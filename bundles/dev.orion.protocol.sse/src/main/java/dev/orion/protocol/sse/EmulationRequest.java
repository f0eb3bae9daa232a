// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.sse;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Commands for a session of somebody: {@code {"session": "…", "node": "…", "data": "…"}}.
 *
 * @param session the secret that the connect answer gave to the client
 * @param data commands, each on a line of its own
 */
record EmulationRequest(String session, String data) {

    private static final JsonFactory JSON = new JsonFactory();

    /**
     * Reads a body; what is not known is skipped.
     *
     * @throws IllegalArgumentException when it is not of that form
     */
    static EmulationRequest parse(byte[] body) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            EmulationRequest request = read(json);
            if (json.nextToken() != null) {
                throw new IllegalArgumentException("body: more than one JSON object");
            }
            return request;
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException("body: not JSON", malformed);
        }
    }

    private static EmulationRequest read(JsonParser json) {
        String session = null;
        String data = null;
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("body: not a JSON object");
        }
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            switch (name) {
                case "session" -> session = string(json);
                case "data" -> data = string(json);
                default -> json.skipChildren();
            }
        }
        if (session == null || data == null) {
            throw new IllegalArgumentException("body: expected session and data");
        }
        return new EmulationRequest(session, data);
    }

    private static String string(JsonParser json) {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException("body: " + json.currentName() + " not a string");
        }
        return json.getString();
    }
}
