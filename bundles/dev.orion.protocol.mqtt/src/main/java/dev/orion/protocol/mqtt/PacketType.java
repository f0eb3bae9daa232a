// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

/** What a packet is: the high half of its first byte (MQTT 5 §2.1.2). */
final class PacketType {

    static final int CONNECT = 1;
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int PUBREC = 5;
    static final int PUBREL = 6;
    static final int PUBCOMP = 7;
    static final int SUBSCRIBE = 8;
    static final int SUBACK = 9;
    static final int UNSUBSCRIBE = 10;
    static final int UNSUBACK = 11;
    static final int PINGREQ = 12;
    static final int PINGRESP = 13;
    static final int DISCONNECT = 14;
    static final int AUTH = 15;

    private PacketType() {}

    static int of(int firstByte) {
        return firstByte >> 4;
    }

    /** Whether the low half of the first byte is what the standard asks for (MQTT 5 §2.1.3). */
    static boolean hasLegalFlags(int firstByte) {
        int flags = firstByte & 0xf;
        return switch (of(firstByte)) {
            case PUBLISH -> true;
            case PUBREL, SUBSCRIBE, UNSUBSCRIBE -> flags == 2;
            default -> flags == 0;
        };
    }

    /** The first byte of a packet that a server sends, other than PUBLISH. */
    static int firstByte(int type) {
        return (type << 4) | (type == PUBREL ? 2 : 0);
    }
}
