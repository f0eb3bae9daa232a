// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import dev.orion.client.SessionSpec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.time.Duration;
import java.util.Optional;

/** Writes the packets of a server, except PUBLISH. */
final class Packets {

    private Packets() {}

    /** PUBACK, PUBREC, PUBREL, PUBCOMP (MQTT 5 §3.4 to §3.7). */
    static void ack(int type, int id, int reason, boolean isFive, ByteBuf out) {
        boolean hasReason = isFive && reason != Reason.SUCCESS;
        out.writeByte(PacketType.firstByte(type));
        out.writeByte(hasReason ? 3 : 2);
        out.writeShort(id);
        if (hasReason) {
            out.writeByte(reason);
        }
    }

    /** SUBACK (MQTT 5 §3.9). */
    static void subAck(int id, byte[] reasons, boolean isFive, ByteBuf out) {
        out.writeByte(PacketType.firstByte(PacketType.SUBACK));
        VarInt.write(2 + (isFive ? 1 : 0) + reasons.length, out);
        out.writeShort(id);
        if (isFive) {
            out.writeByte(0);
        }
        out.writeBytes(reasons);
    }

    /** UNSUBACK (MQTT 5 §3.11), which has no reasons in MQTT 3.1.1. */
    static void unsubAck(int id, byte[] reasons, boolean isFive, ByteBuf out) {
        out.writeByte(PacketType.firstByte(PacketType.UNSUBACK));
        VarInt.write(isFive ? 3 + reasons.length : 2, out);
        out.writeShort(id);
        if (isFive) {
            out.writeByte(0);
            out.writeBytes(reasons);
        }
    }

    static void pingResp(ByteBuf out) {
        out.writeByte(PacketType.firstByte(PacketType.PINGRESP));
        out.writeByte(0);
    }

    /** A CONNACK that refuses (MQTT 5 §3.2.2.2, MQTT 3.1.1 §3.2.2.3). */
    static void refusal(int reason, String text, boolean isFive, ByteBuf out) {
        out.writeByte(PacketType.firstByte(PacketType.CONNACK));
        if (!isFive) {
            out.writeByte(2).writeByte(0).writeByte(Reason.toReturnCode(reason));
            return;
        }
        int bytes = ByteBufUtil.utf8Bytes(text);
        VarInt.write(3 + 3 + bytes, out);
        out.writeByte(0).writeByte(reason);
        VarInt.write(3 + bytes, out);
        string(Property.REASON_STRING, text, bytes, out);
    }

    /** A DISCONNECT, with words where they fit (MQTT 5 §3.14). */
    static void disconnect(int reason, String text, int maxPacketBytes, ByteBuf out) {
        out.writeByte(PacketType.firstByte(PacketType.DISCONNECT));
        int bytes = ByteBufUtil.utf8Bytes(text);
        int properties = 3 + bytes;
        int length = 1 + VarInt.size(properties) + properties;
        if (bytes == 0 || 1 + VarInt.size(length) + length > maxPacketBytes) { // MQTT-3.14.2-3
            out.writeByte(1).writeByte(reason);
            return;
        }
        VarInt.write(length, out);
        out.writeByte(reason);
        VarInt.write(properties, out);
        string(Property.REASON_STRING, text, bytes, out);
    }

    /** The CONNACK that accepts in MQTT 3.1.1. */
    static void accept(boolean isPresent, ByteBuf out) {
        out.writeByte(PacketType.firstByte(PacketType.CONNACK));
        out.writeByte(2).writeByte(isPresent ? 1 : 0).writeByte(0);
    }

    /**
     * The CONNACK that accepts in MQTT 5.
     *
     * @param assignedId the client id, where the client has asked for one
     * @param keepAlive where it is not the one that the client wishes
     * @param expiry where it is not the one that the client wishes
     */
    static void accept(
            boolean isPresent,
            Settings settings,
            Optional<String> assignedId,
            Optional<Integer> keepAlive,
            Optional<Duration> expiry,
            ByteBuf out) {
        ByteBuf properties = out.alloc().buffer();
        try {
            expiry.ifPresent(
                    to -> properties.writeByte(Property.SESSION_EXPIRY).writeInt(seconds(to)));
            properties.writeByte(Property.RECEIVE_MAXIMUM).writeShort(settings.receiveMaximum());
            properties.writeByte(Property.MAX_PACKET_SIZE).writeInt(settings.maxPacketBytes());
            assignedId.ifPresent(id -> string(Property.ASSIGNED_CLIENT_ID, id, properties));
            properties
                    .writeByte(Property.TOPIC_ALIAS_MAXIMUM)
                    .writeShort(settings.topicAliasMaximum());
            properties.writeByte(Property.RETAIN_AVAILABLE).writeByte(1);
            properties.writeByte(Property.WILDCARD_AVAILABLE).writeByte(1);
            properties.writeByte(Property.SUBSCRIPTION_ID_AVAILABLE).writeByte(1);
            properties.writeByte(Property.SHARED_AVAILABLE).writeByte(1);
            keepAlive.ifPresent(
                    to -> properties.writeByte(Property.SERVER_KEEP_ALIVE).writeShort(to));
            int bytes = properties.readableBytes();
            out.writeByte(PacketType.firstByte(PacketType.CONNACK));
            VarInt.write(2 + VarInt.size(bytes) + bytes, out);
            out.writeByte(isPresent ? 1 : 0).writeByte(Reason.SUCCESS);
            VarInt.write(bytes, out);
            out.writeBytes(properties);
        } finally {
            properties.release();
        }
    }

    private static int seconds(Duration expiry) {
        return expiry.equals(SessionSpec.NEVER)
                ? -1
                : (int) Math.min(expiry.toSeconds(), 0xffff_fffeL);
    }

    private static void string(int property, String text, ByteBuf out) {
        string(property, text, ByteBufUtil.utf8Bytes(text), out);
    }

    private static void string(int property, String text, int bytes, ByteBuf out) {
        out.writeByte(property).writeShort(bytes);
        ByteBufUtil.writeUtf8(out, text);
    }
}
