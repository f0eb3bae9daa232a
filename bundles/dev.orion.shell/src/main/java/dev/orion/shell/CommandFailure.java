// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

/** Why a command did not do it; a terminal shows only the message, not what kind of exception. */
final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    CommandFailure(RuntimeException reason) {
        super(Printable.text(String.valueOf(reason.getMessage())), reason);
    }

    @Override
    @SuppressWarnings("OverrideThrowableToString") // Gogo's terminal prints toString()
    public String toString() {
        return getMessage();
    }
}
