// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.util.List;

/** Orion did not start, for reasons that somebody can do something about. */
public final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String[] reasons; // serializable, as an exception has to be

    /**
     * A failed start.
     *
     * @param reasons one line each
     */
    public StartException(List<String> reasons) {
        super(String.join("; ", reasons));
        this.reasons = reasons.toArray(String[]::new);
    }

    StartException(String reason) {
        this(List.of(reason));
    }

    StartException(String reason, Throwable cause) {
        this(reason);
        initCause(cause);
    }

    /** What was wrong, one line each. */
    public List<String> reasons() {
        return List.of(reasons);
    }
}
