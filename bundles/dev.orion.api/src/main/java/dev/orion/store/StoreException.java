// SPDX-License-Identifier: Apache-2.0
package dev.orion.store;

import static java.util.Objects.requireNonNull;

/** What a {@link Store} fails with. */
public final class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** What went wrong, as far as it makes a difference to the caller. */
    public enum Reason {
        /** There is no space; nothing of the batch was kept, and a later one may succeed. */
        FULL,
        /** Too much waits to be written; nothing of the batch was kept. */
        BUSY,
        /** The files failed; the batch was not kept as far as that can be known. */
        BROKEN,
        /** The store has ended; nothing of the batch was kept. */
        CLOSED
    }

    private final Reason reason;

    public StoreException(Reason reason, String message) {
        // An answer, not a bug: no stack trace.
        super(message, null, false, false);
        this.reason = requireNonNull(reason, "reason");
    }

    public StoreException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = requireNonNull(reason, "reason");
    }

    public Reason reason() {
        return reason;
    }
}
