// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

/** What a body that is not a request of the server API is answered with. */
final class MalformedRequestException extends RuntimeException {

    private static final long serialVersionUID = 1;

    MalformedRequestException(String what) {
        // An answer, not a bug: no stack trace.
        super(what, null, false, false);
    }
}
