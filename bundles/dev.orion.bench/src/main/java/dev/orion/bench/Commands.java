// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

/** What the loader says, in the client protocol. */
final class Commands {

    /** The size of every payload that the bench publishes, as JSON. */
    static final int PAYLOAD_BYTES = 128;

    private static final String PAYLOAD = '"' + "x".repeat(PAYLOAD_BYTES - 2) + '"';

    private Commands() {}

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
