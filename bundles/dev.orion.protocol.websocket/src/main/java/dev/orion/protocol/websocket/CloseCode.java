// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import dev.orion.net.CloseReason;

/** The close codes of RFC 6455 §7.4.1 and of the IANA registry that we send. */
@SuppressWarnings("ImmutableEnumChecker") // a CloseReason is immutable
enum CloseCode {
    NORMAL(1000, "", CloseReason.CONNECTION_CLOSED),
    PROTOCOL_ERROR(1002, "protocol error", CloseReason.BAD_REQUEST),
    UNSUPPORTED_DATA(1003, "text expected", CloseReason.BAD_REQUEST),
    INVALID_PAYLOAD(1007, "invalid UTF-8", CloseReason.BAD_REQUEST),
    BAD_COMPRESSION(1007, "compressed data is broken", CloseReason.BAD_REQUEST),
    TOO_BIG(1009, "message too big", CloseReason.BAD_REQUEST),
    INTERNAL_ERROR(1011, "internal error", CloseReason.INTERNAL_ERROR),
    SERVICE_RESTART(1012, "service restart", CloseReason.SHUTDOWN),
    TRY_AGAIN_LATER(1013, "too many large messages", CloseReason.TOO_MANY_REQUESTS);

    private final int code;
    private final String text;
    private final CloseReason reason;

    CloseCode(int code, String text, CloseReason reason) {
        this.code = code;
        this.text = text;
        this.reason = reason;
    }

    int code() {
        return code;
    }

    String text() {
        return text;
    }

    /** The same in our own words. */
    CloseReason reason() {
        return reason;
    }

    /** Whether a peer may send the code (RFC 6455 §7.4). */
    static boolean mayBeSent(int code) {
        return (code >= 1000 && code <= 1003)
                || (code >= 1007 && code <= 1014)
                || (code >= 3000 && code <= 4999);
    }
}
