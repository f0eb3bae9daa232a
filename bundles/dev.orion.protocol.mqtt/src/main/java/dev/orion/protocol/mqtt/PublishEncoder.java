// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import dev.orion.message.Headers;
import dev.orion.message.Message;
import dev.orion.message.Publication;
import dev.orion.message.Qos;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.Optional;

/** Writes PUBLISH packets (MQTT 5 §3.3). */
final class PublishEncoder {

    static final int RETAIN = 0x01;
    static final int AGAIN = 0x08;

    private static final int MAX_STRING = 0xffff;
    private static final int ALIAS_BYTES = 3;

    private PublishEncoder() {}

    /** As it is on the wire (MQTT 5 §3.3.1.2). */
    static int level(Qos qos) {
        return switch (qos) {
            case AT_MOST_ONCE -> 0;
            case AT_LEAST_ONCE -> 1;
            case EXACTLY_ONCE -> 2;
        };
    }

    /** The first byte of a PUBLISH. */
    static int firstByte(int qos, boolean isAgain, boolean isRetained) {
        return (PacketType.PUBLISH << 4)
                | (qos << 1)
                | (isAgain ? AGAIN : 0)
                | (isRetained ? RETAIN : 0);
    }

    /**
     * Appends one packet, unless it were longer than the peer takes or its message is of no use any
     * more (MQTT-3.3.2-5, MQTT-3.1.2-24).
     *
     * @param id the packet identifier; only written where the first byte has a QoS
     * @param subscriptions the subscription identifiers
     * @param aliases what the peer knows of its topics; null where it wants no aliases
     * @return whether it was written
     */
    static boolean encode(
            Message message,
            int firstByte,
            int id,
            boolean isFive,
            List<Integer> subscriptions,
            OutboundAliases aliases,
            int maxPacketBytes,
            ByteBuf out) {
        Publication publication = message.publication();
        long expirySeconds = -1;
        if (publication.expiry().isPresent()) {
            expirySeconds = remainingSeconds(message, System.currentTimeMillis());
            if (expirySeconds == 0) {
                return false;
            }
        }
        String channel = message.channel();
        byte[] payload = publication.payload().array();
        int known = aliases == null ? 0 : aliases.of(channel);
        int alias = aliases == null || known > 0 ? known : aliases.next();
        int channelBytes = known > 0 ? 0 : ByteBufUtil.utf8Bytes(channel);
        boolean hasId = (firstByte & 6) != 0;
        int length = 2 + channelBytes + (hasId ? 2 : 0) + payload.length;
        int propertiesBytes = 0;
        if (isFive) {
            propertiesBytes =
                    propertiesBytes(publication, expirySeconds, subscriptions)
                            + (alias > 0 ? ALIAS_BYTES : 0);
            length += VarInt.size(propertiesBytes) + propertiesBytes;
        }
        int total = 1 + VarInt.size(length) + length;
        if (total > maxPacketBytes || length > VarInt.MAX) {
            return false;
        }
        out.ensureWritable(total);
        out.writeByte(firstByte);
        VarInt.write(length, out);
        string(known > 0 ? "" : channel, channelBytes, out);
        if (hasId) {
            out.writeShort(id);
        }
        if (isFive) {
            VarInt.write(propertiesBytes, out);
            if (propertiesBytes > 0) {
                properties(publication, expirySeconds, subscriptions, out);
            }
            if (alias > 0) {
                out.writeByte(Property.TOPIC_ALIAS).writeShort(alias);
            }
        }
        out.writeBytes(payload);
        if (known == 0 && alias > 0) {
            aliases.told(channel);
        }
        return true;
    }

    /** What is left of its time, begun seconds count; 0 when nothing is (MQTT-3.3.2-6). */
    static long remainingSeconds(Message message, long nowMs) {
        long whole = message.publication().expiry().orElseThrow().toMillis();
        long waited = Math.max(0, nowMs - message.timeMs());
        return waited >= whole ? 0 : Math.min((whole - waited + 999) / 1000, 0xffff_ffffL);
    }

    private static int propertiesBytes(
            Publication it, long expirySeconds, List<Integer> subscriptions) {
        int bytes = 0;
        if (it.declaredText()) {
            bytes += 2;
        }
        if (expirySeconds > 0) {
            bytes += 5;
        }
        bytes += sizeOf(it.payload().contentType());
        Optional<Publication.ReplyTo> replyTo = it.replyTo();
        if (replyTo.isPresent()) {
            bytes += sizeOf(replyTo.get().channel());
            int correlation = replyTo.get().correlation().length();
            bytes += isWritable(correlation) ? 3 + correlation : 0;
        }
        for (int i = 0; i < subscriptions.size(); i++) {
            bytes += 1 + VarInt.size(subscriptions.get(i));
        }
        if (!it.headers().isEmpty()) {
            for (Headers.Header header : it.headers()) {
                bytes += sizeOf(header);
            }
        }
        return bytes;
    }

    private static void properties(
            Publication it, long expirySeconds, List<Integer> subscriptions, ByteBuf out) {
        if (it.declaredText()) {
            out.writeByte(Property.PAYLOAD_FORMAT).writeByte(1);
        }
        if (expirySeconds > 0) {
            out.writeByte(Property.MESSAGE_EXPIRY).writeInt((int) expirySeconds);
        }
        string(Property.CONTENT_TYPE, it.payload().contentType(), out);
        Optional<Publication.ReplyTo> replyTo = it.replyTo();
        if (replyTo.isPresent()) {
            string(Property.RESPONSE_TOPIC, replyTo.get().channel(), out);
            byte[] correlation = replyTo.get().correlation().array();
            if (isWritable(correlation.length)) {
                out.writeByte(Property.CORRELATION_DATA).writeShort(correlation.length);
                out.writeBytes(correlation);
            }
        }
        for (int i = 0; i < subscriptions.size(); i++) {
            out.writeByte(Property.SUBSCRIPTION_ID);
            VarInt.write(subscriptions.get(i), out);
        }
        if (!it.headers().isEmpty()) {
            for (Headers.Header header : it.headers()) {
                header(header, out);
            }
        }
    }

    private static void header(Headers.Header header, ByteBuf out) {
        if (sizeOf(header) > 0) {
            out.writeByte(Property.USER);
            string(header.name(), ByteBufUtil.utf8Bytes(header.name()), out);
            string(header.value(), ByteBufUtil.utf8Bytes(header.value()), out);
        }
    }

    /** Headers of other protocols may be what no string of MQTT can be: they are left out. */
    private static int sizeOf(Headers.Header header) {
        int name = ByteBufUtil.utf8Bytes(header.name());
        int value = ByteBufUtil.utf8Bytes(header.value());
        boolean isText = isText(header.name()) && isText(header.value());
        return isText && name <= MAX_STRING && value <= MAX_STRING ? 5 + name + value : 0;
    }

    private static int sizeOf(String text) {
        if (text.isEmpty() || !isText(text)) {
            return 0;
        }
        int bytes = ByteBufUtil.utf8Bytes(text);
        return isWritable(bytes) ? 3 + bytes : 0;
    }

    private static boolean isText(String text) {
        return text.indexOf('\0') < 0; // MQTT-1.5.4-2
    }

    private static boolean isWritable(int bytes) {
        return bytes > 0 && bytes <= MAX_STRING;
    }

    private static void string(int property, String text, ByteBuf out) {
        int size = sizeOf(text);
        if (size > 0) {
            out.writeByte(property);
            string(text, size - 3, out);
        }
    }

    private static void string(String text, int bytes, ByteBuf out) {
        out.writeShort(bytes);
        ByteBufUtil.reserveAndWriteUtf8(out, text, bytes);
    }
}
