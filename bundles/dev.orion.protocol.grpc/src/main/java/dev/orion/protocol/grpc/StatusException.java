// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import static java.util.Objects.requireNonNull;

/** Ends a call from wherever its fault is found. It has no stack trace: the peer is to blame. */
final class StatusException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Status status;

    StatusException(Status status) {
        super(status.text(), null, false, false);
        this.status = requireNonNull(status, "status");
    }

    StatusException(Code code, String text) {
        this(new Status(code, text));
    }

    Status status() {
        return status;
    }
}
