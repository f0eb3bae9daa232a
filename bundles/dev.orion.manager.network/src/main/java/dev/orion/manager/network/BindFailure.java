// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import java.net.BindException;
import java.util.Locale;

/** Why a socket could not be bound, whatever the transport calls it. */
enum BindFailure {
    IN_USE,
    OTHER;

    static BindFailure of(Throwable cause) {
        String message = text(cause).toLowerCase(Locale.ROOT);
        boolean inUse =
                message.contains("address already in use")
                        || (cause instanceof BindException && message.contains("in use"));
        return inUse ? IN_USE : OTHER;
    }

    /** One line for people, without the place. */
    static String reason(Throwable cause) {
        return of(cause) == IN_USE
                ? "is in use"
                : "cannot be bound: " + text(cause).lines().findFirst().orElse("");
    }

    private static String text(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
