// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

/** Something does not go on with the other broker; the message says why, for people. */
final class LinkException extends Exception {

    private static final long serialVersionUID = 1;

    LinkException(String reason) {
        super(reason, null, false, false); // an answer, not a bug: no stack trace
    }
}
