// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import static java.util.Objects.requireNonNull;

/**
 * A session and whether it was there before.
 *
 * @param isPresent whether it goes on with what an earlier connection left (MQTT 5 §3.2.2.1.1)
 */
public record OpenedSession(ClientSession session, boolean isPresent) {

    public OpenedSession {
        requireNonNull(session, "session");
    }
}
