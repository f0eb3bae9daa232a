// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import java.util.Map;

/** Why something went wrong with the other broker, for people. */
final class Reasons {

    /** CONNACK of MQTT 3.1.1 (§3.2.2.3), and reason codes of MQTT 5 (§2.4). */
    private static final Map<Integer, String> CODES =
            Map.ofEntries(
                    Map.entry(0x01, "unacceptable protocol version"),
                    Map.entry(0x02, "client id rejected"),
                    Map.entry(0x03, "server unavailable"),
                    Map.entry(0x04, "bad user name or password"),
                    Map.entry(0x05, "not authorized"),
                    Map.entry(0x80, "unspecified error"),
                    Map.entry(0x81, "malformed packet"),
                    Map.entry(0x82, "protocol error"),
                    Map.entry(0x83, "implementation specific error"),
                    Map.entry(0x84, "unsupported protocol version"),
                    Map.entry(0x85, "client id not valid"),
                    Map.entry(0x86, "bad user name or password"),
                    Map.entry(0x87, "not authorized"),
                    Map.entry(0x88, "server unavailable"),
                    Map.entry(0x89, "server busy"),
                    Map.entry(0x8a, "banned"),
                    Map.entry(0x8b, "server shutting down"),
                    Map.entry(0x8d, "keep alive timeout"),
                    Map.entry(0x8e, "session taken over"),
                    Map.entry(0x8f, "topic filter invalid"),
                    Map.entry(0x90, "topic name invalid"),
                    Map.entry(0x93, "receive maximum exceeded"),
                    Map.entry(0x95, "packet too large"),
                    Map.entry(0x97, "quota exceeded"),
                    Map.entry(0x98, "administrative action"),
                    Map.entry(0x99, "payload format invalid"),
                    Map.entry(0x9f, "connection rate exceeded"));

    private static final int OF_PAHO = 0x100;

    private Reasons() {}

    static String ofCode(int code) {
        return CODES.getOrDefault(code, "refused with 0x" + Integer.toHexString(code));
    }

    /** The innermost cause says most: Paho wraps what the socket says. */
    static String of(Throwable failure) {
        if (failure instanceof org.eclipse.paho.mqttv5.common.MqttException five) {
            return of(five.getReasonCode(), five);
        }
        if (failure instanceof org.eclipse.paho.client.mqttv3.MqttException three) {
            return of(three.getReasonCode(), three);
        }
        return text(failure);
    }

    private static String of(int code, Exception failure) {
        boolean isTold = code > 0 && code < OF_PAHO;
        if (isTold) {
            return ofCode(code);
        }
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause == failure ? ofPaho(code, failure) : text(cause);
    }

    private static String ofPaho(int code, Exception failure) {
        return switch (code) {
            case 32000 -> "no answer to a ping";
            case 32109 -> "connection lost";
            case 32204 -> "disconnected by the other broker";
            default -> text(failure);
        };
    }

    private static String text(Throwable failure) {
        String message = failure.getMessage();
        boolean isSaid = message != null && !message.isBlank();
        return isSaid ? message : failure.getClass().getSimpleName();
    }
}
