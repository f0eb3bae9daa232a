// SPDX-License-Identifier: Apache-2.0
package dev.orion.realtime;

import static java.util.Objects.requireNonNull;

/**
 * A client as the other members of a channel see it.
 *
 * @param client the client's id
 * @param user the client's user; empty for the anonymous
 */
public record Member(String client, String user) {

    public Member {
        requireNonNull(client, "client");
        requireNonNull(user, "user");
    }
}
