// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import static java.util.Objects.requireNonNull;

import dev.orion.net.CloseReason;
import dev.orion.realtime.Refusal;
import java.util.Optional;

/**
 * How a call ends, and why.
 *
 * @param text for people; empty for none
 * @param refusal what was refused, where that is why
 */
record Status(Code code, String text, Optional<Refusal> refusal) {

    static final Status OK = new Status(Code.OK, "");
    static final Status CANCELLED = new Status(Code.CANCELLED, "cancelled");
    static final Status DEADLINE_EXCEEDED = new Status(Code.DEADLINE_EXCEEDED, "deadline exceeded");
    static final Status SHUTDOWN = new Status(Code.UNAVAILABLE, "shutdown");
    static final Status INTERNAL = new Status(Code.INTERNAL, "internal server error");

    Status {
        requireNonNull(code, "code");
        requireNonNull(text, "text");
        requireNonNull(refusal, "refusal");
    }

    Status(Code code, String text) {
        this(code, text, Optional.empty());
    }

    static Status of(Refusal refusal) {
        return new Status(code(refusal), refusal.text(), Optional.of(refusal));
    }

    /** What a caller is told whose client the server ends. */
    static Status of(CloseReason reason) {
        Code code;
        if (reason.equals(CloseReason.SLOW) || reason.equals(CloseReason.TOO_MANY_REQUESTS)) {
            code = Code.RESOURCE_EXHAUSTED;
        } else if (reason.equals(CloseReason.BAD_REQUEST)) {
            code = Code.INVALID_ARGUMENT;
        } else if (reason.equals(CloseReason.INTERNAL_ERROR)) {
            code = Code.INTERNAL;
        } else if (reason.mayRetry()) {
            code = Code.UNAVAILABLE;
        } else {
            code = Code.PERMISSION_DENIED;
        }
        return new Status(code, reason.text());
    }

    private static Code code(Refusal refusal) {
        return switch (refusal) {
            case INTERNAL -> Code.INTERNAL;
            case UNAUTHORIZED -> Code.UNAUTHENTICATED;
            case UNKNOWN_CHANNEL -> Code.NOT_FOUND;
            case PERMISSION_DENIED -> Code.PERMISSION_DENIED;
            case METHOD_NOT_FOUND -> Code.UNIMPLEMENTED;
            case ALREADY_SUBSCRIBED -> Code.ALREADY_EXISTS;
            case LIMIT_EXCEEDED, TOO_MANY_REQUESTS, NO_SPACE -> Code.RESOURCE_EXHAUSTED;
            case BAD_REQUEST -> Code.INVALID_ARGUMENT;
            case NOT_AVAILABLE -> Code.FAILED_PRECONDITION;
            case UNRECOVERABLE_POSITION -> Code.OUT_OF_RANGE;
        };
    }
}
