// SPDX-License-Identifier: Apache-2.0
package dev.orion.net;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;

/**
 * Why a connection or a client ended, in the same words for the log and the peer.
 *
 * <p>Codes are those of the Centrifuge protocol, which every protocol translates into its own:
 * 3000–3499 the peer may come back, 3500–3999 it should not. Plug-ins use 4000–4999 with the same
 * split at 4500. Source: centrifuge, {@code disconnect.go}.
 *
 * @param text for people; at most 123 bytes in UTF-8, the limit of a WebSocket close frame (RFC
 *     6455 §5.5.1)
 */
public record CloseReason(int code, String text) {

    /** The peer closed first, or the transport broke. */
    public static final CloseReason CONNECTION_CLOSED = new CloseReason(3000, "connection closed");

    /** The server, or the plug-in that served the connection, goes away. */
    public static final CloseReason SHUTDOWN = new CloseReason(3001, "shutdown");

    /** Something of ours broke; the log says what. */
    public static final CloseReason INTERNAL_ERROR = new CloseReason(3004, "internal server error");

    /** The peer reads more slowly than its channels speak. */
    public static final CloseReason SLOW = new CloseReason(3008, "slow");

    /** The peer did not answer a ping in time. */
    public static final CloseReason NO_PONG = new CloseReason(3012, "no pong");

    /** The peer sends more than it may. */
    public static final CloseReason TOO_MANY_REQUESTS = new CloseReason(3013, "too many requests");

    /** The peer offered a token that nobody here accepts. */
    public static final CloseReason INVALID_TOKEN = new CloseReason(3500, "invalid token");

    /** What the peer sent is not of the protocol. */
    public static final CloseReason BAD_REQUEST = new CloseReason(3501, "bad request");

    /** The peer connected and then did not say who it is in time. */
    public static final CloseReason STALE = new CloseReason(3502, "stale");

    /** An operator or the server API ended the client. */
    public static final CloseReason FORCE_DISCONNECT = new CloseReason(3503, "force disconnect");

    /** There are as many connections as are allowed. */
    public static final CloseReason CONNECTION_LIMIT = new CloseReason(3504, "connection limit");

    /** The client has as many channels as are allowed. */
    public static final CloseReason CHANNEL_LIMIT = new CloseReason(3505, "channel limit");

    /** Another connection has taken the session over; MQTT 5 says 0x8E. */
    public static final CloseReason TAKEN_OVER = new CloseReason(3510, "session taken over");

    private static final int MAX_TEXT_BYTES = 123;

    public CloseReason {
        requireNonNull(text, "text");
        if (code < 3000 || code > 4999) {
            throw new IllegalArgumentException("code: " + code + " (expected: 3000 to 4999)");
        }
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_TEXT_BYTES) {
            throw new IllegalArgumentException(
                    "text: " + bytes + " bytes (expected: <= " + MAX_TEXT_BYTES + ")");
        }
    }

    /** Whether the peer may connect again by itself. */
    public boolean mayRetry() {
        return code % 1000 < 500;
    }
}
