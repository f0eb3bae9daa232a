// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import dev.orion.net.CloseReason;
import dev.orion.realtime.Refusal;

/**
 * The reason codes of MQTT 5 §2.4 that we send, and what stands for them in MQTT 3.1.1.
 *
 * <p>Numbers and not an enum: they go to the wire and come from it as they are.
 */
final class Reason {

    static final int SUCCESS = 0x00;
    static final int WITH_WILL = 0x04;
    static final int NO_SUBSCRIPTION_EXISTED = 0x11;
    static final int UNSPECIFIED_ERROR = 0x80;
    static final int MALFORMED_PACKET = 0x81;
    static final int PROTOCOL_ERROR = 0x82;
    static final int IMPLEMENTATION_SPECIFIC_ERROR = 0x83;
    static final int UNSUPPORTED_PROTOCOL_VERSION = 0x84;
    static final int CLIENT_IDENTIFIER_NOT_VALID = 0x85;
    static final int NOT_AUTHORIZED = 0x87;
    static final int SERVER_UNAVAILABLE = 0x88;
    static final int SERVER_SHUTTING_DOWN = 0x8B;
    static final int BAD_AUTHENTICATION_METHOD = 0x8C;
    static final int KEEP_ALIVE_TIMEOUT = 0x8D;
    static final int SESSION_TAKEN_OVER = 0x8E;
    static final int TOPIC_FILTER_INVALID = 0x8F;
    static final int TOPIC_NAME_INVALID = 0x90;
    static final int PACKET_IDENTIFIER_IN_USE = 0x91;
    static final int PACKET_IDENTIFIER_NOT_FOUND = 0x92;
    static final int RECEIVE_MAXIMUM_EXCEEDED = 0x93;
    static final int TOPIC_ALIAS_INVALID = 0x94;
    static final int PACKET_TOO_LARGE = 0x95;
    static final int MESSAGE_RATE_TOO_HIGH = 0x96;
    static final int QUOTA_EXCEEDED = 0x97;
    static final int ADMINISTRATIVE_ACTION = 0x98;
    static final int PAYLOAD_FORMAT_INVALID = 0x99;

    /** The one failure that a SUBACK of MQTT 3.1.1 knows (§3.9.3). */
    static final int FAILURE_3 = 0x80;

    private Reason() {}

    static boolean isFailure(int code) {
        return code >= UNSPECIFIED_ERROR;
    }

    /** Why a publication was refused (MQTT 5 §3.4.2.1, §3.5.2.1). */
    static int ofPublication(Refusal refusal) {
        return switch (refusal) {
            case PERMISSION_DENIED, UNAUTHORIZED -> NOT_AUTHORIZED;
            case LIMIT_EXCEEDED, TOO_MANY_REQUESTS, NO_SPACE -> QUOTA_EXCEEDED;
            case BAD_REQUEST, UNKNOWN_CHANNEL -> TOPIC_NAME_INVALID;
            case INTERNAL -> UNSPECIFIED_ERROR;
            default -> IMPLEMENTATION_SPECIFIC_ERROR;
        };
    }

    /** Why a subscription was refused, or could not be ended (MQTT 5 §3.9.3, §3.11.3). */
    static int ofSubscription(Refusal refusal) {
        int code = ofPublication(refusal);
        return code == TOPIC_NAME_INVALID ? TOPIC_FILTER_INVALID : code;
    }

    /** Why a session was not opened (MQTT 5 §3.2.2.2). */
    static int ofSession(Refusal refusal) {
        return switch (refusal) {
            case PERMISSION_DENIED, UNAUTHORIZED -> NOT_AUTHORIZED;
            case LIMIT_EXCEEDED, TOO_MANY_REQUESTS, NO_SPACE -> QUOTA_EXCEEDED;
            case BAD_REQUEST -> CLIENT_IDENTIFIER_NOT_VALID;
            case NOT_AVAILABLE -> SERVER_UNAVAILABLE;
            default -> UNSPECIFIED_ERROR;
        };
    }

    /** The return code of a CONNACK of MQTT 3.1.1 (§3.2.2.3). */
    static int toReturnCode(int code) {
        return switch (code) {
            case SUCCESS -> 0;
            case UNSUPPORTED_PROTOCOL_VERSION -> 1;
            case CLIENT_IDENTIFIER_NOT_VALID -> 2;
            case NOT_AUTHORIZED -> 5;
            default -> 3;
        };
    }

    /** What a DISCONNECT says (MQTT 5 §3.14.2.1). */
    static int ofClose(CloseReason reason) {
        if (reason.equals(CloseReason.TAKEN_OVER)) {
            return SESSION_TAKEN_OVER;
        }
        if (reason.equals(CloseReason.SHUTDOWN)) {
            return SERVER_SHUTTING_DOWN;
        }
        if (reason.equals(CloseReason.NO_PONG) || reason.equals(CloseReason.STALE)) {
            return KEEP_ALIVE_TIMEOUT;
        }
        if (reason.equals(CloseReason.SLOW)
                || reason.equals(CloseReason.CHANNEL_LIMIT)
                || reason.equals(CloseReason.CONNECTION_LIMIT)) {
            return QUOTA_EXCEEDED;
        }
        if (reason.equals(CloseReason.TOO_MANY_REQUESTS)) {
            return MESSAGE_RATE_TOO_HIGH;
        }
        if (reason.equals(CloseReason.FORCE_DISCONNECT)) {
            return ADMINISTRATIVE_ACTION;
        }
        if (reason.equals(CloseReason.INVALID_TOKEN)) {
            return NOT_AUTHORIZED;
        }
        return reason.equals(CloseReason.BAD_REQUEST) ? PROTOCOL_ERROR : UNSPECIFIED_ERROR;
    }
}
