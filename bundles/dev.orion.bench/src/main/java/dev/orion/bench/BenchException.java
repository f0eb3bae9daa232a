// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

/** A measurement that could not be made; the message says why. */
final class BenchException extends RuntimeException {

    private static final long serialVersionUID = 1;

    BenchException(String message) {
        super(message);
    }

    BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
