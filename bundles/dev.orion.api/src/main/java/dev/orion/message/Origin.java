// SPDX-License-Identifier: Apache-2.0
package dev.orion.message;

import static java.util.Objects.requireNonNull;

/**
 * Who published a message.
 *
 * @param client the client's id; empty for the server itself, its API and its host
 * @param user the client's user; empty for the anonymous
 * @param transport what the client spoke: {@code websocket}, {@code tcp}, {@code api} …
 */
public record Origin(String client, String user, String transport) {

    /** The program that Orion runs in. */
    public static final Origin HOST = new Origin("", "", "host");

    /** Orion itself; the only one that publishes on system channels. */
    public static final Origin SERVER = new Origin("", "", "server");

    public Origin {
        requireNonNull(client, "client");
        requireNonNull(user, "user");
        requireNonNull(transport, "transport");
    }

    /** Whether a client published, and not the server. */
    public boolean isClient() {
        return !client.isEmpty();
    }
}
