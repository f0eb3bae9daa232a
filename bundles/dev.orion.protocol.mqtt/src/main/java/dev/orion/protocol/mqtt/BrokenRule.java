// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

/** The peer broke a rule of the standard: the connection ends with a reason code. */
final class BrokenRule extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int reason;

    /**
     * @param text for people, at the other end
     */
    BrokenRule(int reason, String text) {
        // What peers do is no bug of ours: no stack trace.
        super(text, null, false, false);
        this.reason = reason;
    }

    static BrokenRule malformed(String text) {
        return new BrokenRule(Reason.MALFORMED_PACKET, text);
    }

    static BrokenRule protocolError(String text) {
        return new BrokenRule(Reason.PROTOCOL_ERROR, text);
    }

    int reason() {
        return reason;
    }
}
