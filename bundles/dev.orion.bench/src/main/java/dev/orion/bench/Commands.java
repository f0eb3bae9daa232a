// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

/** What the loader says, in the client protocol. */
final class Commands {

    /** The size of every payload that the bench publishes, as JSON. */
    static final int PAYLOAD_BYTES = 128;

    private static final String PAYLOAD = '"' + "x".repeat(PAYLOAD_BYTES - 2) + '"';

    /** What {@link #text} is as a client's frame: header, length of two bytes, mask. */
    static final int CLIENT_TEXT_BYTES = PAYLOAD_BYTES + 8;

    /** The same from a server, which does not mask. */
    static final int SERVER_TEXT_BYTES = PAYLOAD_BYTES + 4;

    private Commands() {}

    /** A message that is no command, for who sends it back. */
    static String text() {
        return PAYLOAD;
    }

    static String connect() {
        return "{\"id\":1,\"connect\":{}}";
    }

    static String subscribe(String channel) {
        return "{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}";
    }

    static String publish(String channel) {
        return "{\"id\":3,\"publish\":{\"channel\":\"" + channel + "\",\"data\":" + PAYLOAD + "}}";
    }
}
