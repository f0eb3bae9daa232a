// SPDX-License-Identifier: Apache-2.0
package dev.orion.realtime;

/** What a stage of the {@link RealtimeManager} fails with when something is refused. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Refusal refusal;

    public RefusedException(Refusal refusal) {
        // An answer, not a bug: no stack trace.
        super(refusal.text(), null, false, false);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
