// SPDX-License-Identifier: Apache-2.0
package dev.orion.realtime;

/**
 * Why the real-time manager did not do what it was asked.
 *
 * <p>Codes are those of the Centrifuge protocol, which every protocol translates into its own.
 * Source: centrifuge, {@code errors.go}.
 */
public enum Refusal {
    INTERNAL(100, "internal server error", true),
    UNAUTHORIZED(101, "unauthorized", false),
    UNKNOWN_CHANNEL(102, "unknown channel", false),
    PERMISSION_DENIED(103, "permission denied", false),
    METHOD_NOT_FOUND(104, "method not found", false),
    ALREADY_SUBSCRIBED(105, "already subscribed", false),
    LIMIT_EXCEEDED(106, "limit exceeded", false),
    BAD_REQUEST(107, "bad request", false),
    NOT_AVAILABLE(108, "not available", false),
    TOO_MANY_REQUESTS(111, "too many requests", true),
    UNRECOVERABLE_POSITION(112, "unrecoverable position", false),

    /** There is no room to keep it safely now; of Orion's own range, which starts at 400. */
    NO_SPACE(400, "no space", true);

    private final int code;
    private final String text;
    private final boolean temporary;

    Refusal(int code, String text, boolean temporary) {
        this.code = code;
        this.text = text;
        this.temporary = temporary;
    }

    public int code() {
        return code;
    }

    public String text() {
        return text;
    }

    /** Whether the same may be granted when it is asked again later. */
    public boolean isTemporary() {
        return temporary;
    }
}
