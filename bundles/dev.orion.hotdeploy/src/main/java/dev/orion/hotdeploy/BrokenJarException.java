// SPDX-License-Identifier: Apache-2.0
package dev.orion.hotdeploy;

/** A file that is no bundle; the message says why, for people. */
final class BrokenJarException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BrokenJarException(String message) {
        super(message);
    }
}
