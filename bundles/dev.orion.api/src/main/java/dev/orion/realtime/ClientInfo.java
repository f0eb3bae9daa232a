// SPDX-License-Identifier: Apache-2.0
package dev.orion.realtime;

import java.time.Instant;

/**
 * What is known of one client at one moment.
 *
 * @param transport what it speaks: {@code websocket}, {@code sse}, {@code tcp} …
 * @param connection the id of the connection that carries it
 * @param channels how many channels it is subscribed to
 */
public record ClientInfo(
        String id,
        String user,
        String transport,
        String connection,
        Instant connected,
        int channels) {}
