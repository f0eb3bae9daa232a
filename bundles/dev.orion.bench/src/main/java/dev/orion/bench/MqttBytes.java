// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** The bytes of MQTT 3.1.1 that a client needs (packet types: §2.2.1), and no more. */
final class MqttBytes {

    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int PUBREC = 5;
    static final int PUBREL = 6;
    static final int PUBCOMP = 7;
    static final int SUBACK = 9;

    private static final int CONNECT_HEADER = 0x10;
    private static final int SUBSCRIBE_HEADER = 0x82;
    private static final int PUBREL_HEADER = 0x62; // §3.6.1: bit 1 is set
    private static final int LEVEL = 4;
    private static final int CLEAN_SESSION = 0x02;
    private static final int KEEP_ALIVE_SECONDS = 600;
    private static final int LENGTH_BITS = 7;

    private MqttBytes() {}

    /** A CONNECT without an identifier of its own (§3.1.3.1). */
    static ByteBuf connect() {
        ByteBuf out = Unpooled.directBuffer();
        out.writeByte(CONNECT_HEADER).writeByte(12);
        string(out, "MQTT");
        out.writeByte(LEVEL).writeByte(CLEAN_SESSION).writeShort(KEEP_ALIVE_SECONDS);
        string(out, "");
        return out;
    }

    static ByteBuf subscribe(int identifier, String filter, int qos) {
        ByteBuf out = Unpooled.directBuffer();
        out.writeByte(SUBSCRIBE_HEADER);
        length(out, 2 + 2 + filter.length() + 1);
        out.writeShort(identifier);
        string(out, filter);
        return out.writeByte(qos);
    }

    /** A PUBLISH of {@link Commands#PAYLOAD_BYTES}; its identifier, if it has one, is 0. */
    static ByteBuf publish(String topic, int qos) {
        ByteBuf out = Unpooled.directBuffer();
        out.writeByte((PUBLISH << 4) | (qos << 1));
        length(out, bodyLength(topic, qos));
        string(out, topic);
        if (qos > 0) {
            out.writeShort(0);
        }
        return out.writeBytes("x".repeat(Commands.PAYLOAD_BYTES).getBytes(US_ASCII));
    }

    /** Where {@link #publish} has left the place of the identifier. */
    static int identifierOf(String topic) {
        int lengthBytes = bodyLength(topic, 1) < 1 << LENGTH_BITS ? 1 : 2;
        return 1 + lengthBytes + 2 + topic.length();
    }

    /** Appends one of the four packets of an identifier alone. */
    static void acknowledge(ByteBuf out, int type, int identifier) {
        out.writeByte(type == PUBREL ? PUBREL_HEADER : type << 4)
                .writeByte(2)
                .writeShort(identifier);
    }

    private static int bodyLength(String topic, int qos) {
        return 2 + topic.length() + (qos > 0 ? 2 : 0) + Commands.PAYLOAD_BYTES;
    }

    private static void string(ByteBuf out, String text) {
        out.writeShort(text.length()).writeBytes(text.getBytes(US_ASCII));
    }

    /** §2.2.3, for at most two bytes. */
    private static void length(ByteBuf out, int length) {
        if (length < 1 << LENGTH_BITS) {
            out.writeByte(length);
        } else {
            out.writeByte((length & 0x7f) | 0x80).writeByte(length >> LENGTH_BITS);
        }
    }
}
