// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol;

import static java.util.Objects.requireNonNull;

import dev.orion.net.Endpoint;

/** A connection could not be opened. It has no stack trace: nothing of ours is to blame. */
public final class UnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String reason;

    /**
     * An attempt that failed.
     *
     * @param reason in a few words: {@code connection refused}
     */
    public UnreachableException(Endpoint endpoint, String reason) {
        super(endpoint + ": " + reason, null, false, false);
        this.reason = requireNonNull(reason, "reason");
    }

    /** Why, in a few words and without the place. */
    public String reason() {
        return reason;
    }
}
