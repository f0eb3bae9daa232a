// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/**
 * Who a client is.
 *
 * @param user empty for the anonymous
 * @param roles what its {@code role:} rules look at
 * @param transport what it speaks, for people: {@code websocket}
 * @param connection the id of the connection that carries it
 */
public record ClientSpec(String user, Set<String> roles, String transport, String connection) {

    public ClientSpec {
        requireNonNull(user, "user");
        roles = Set.copyOf(roles);
        requireNonNull(transport, "transport");
        requireNonNull(connection, "connection");
    }
}
