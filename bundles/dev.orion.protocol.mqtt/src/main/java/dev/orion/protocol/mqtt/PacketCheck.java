// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Looks at a packet before Netty's decoder does, for the rules that the decoder does not keep:
 * properties that come twice or do not belong to the packet, reserved bits.
 *
 * <p><b>Buffer:</b> every method borrows its packet, without the fixed header, and leaves its
 * reader index where it was.
 */
final class PacketCheck {

    private static final int WILL_FLAG = 0x04;

    private PacketCheck() {}

    /** The protocol level of a CONNECT; 0 where its protocol is not MQTT. */
    static int level(ByteBuf connect) {
        int start = connect.readerIndex();
        String name = Text.read(connect);
        int level = connect.readUnsignedByte();
        connect.readerIndex(start);
        return name.equals(level == 3 ? "MQIsdp" : "MQTT") ? level : 0;
    }

    /** The properties of a CONNECT of MQTT 5, and of its will. */
    static void connect(ByteBuf connect, int maxUserProperties) {
        int start = connect.readerIndex();
        connect.skipBytes(2 + "MQTT".getBytes(StandardCharsets.US_ASCII).length + 1);
        int flags = connect.readUnsignedByte();
        connect.skipBytes(2);
        Property.check(connect, Property.IN_CONNECT, maxUserProperties);
        Property.skipString(connect);
        if ((flags & WILL_FLAG) != 0) {
            Property.check(connect, Property.IN_WILL, maxUserProperties);
        }
        connect.readerIndex(start);
    }

    /** The properties of a SUBSCRIBE of MQTT 5, and the reserved bits of its options. */
    static void subscribe(ByteBuf subscribe, boolean isFive, int maxUserProperties) {
        int start = subscribe.readerIndex();
        subscribe.skipBytes(2);
        if (isFive) {
            Property.check(subscribe, Property.IN_SUBSCRIBE, maxUserProperties);
        }
        while (subscribe.isReadable()) {
            Property.skipString(subscribe);
            checkOptions(subscribe.readUnsignedByte(), isFive);
        }
        subscribe.readerIndex(start);
    }

    private static void checkOptions(int options, boolean isFive) {
        int reserved = isFive ? 0xC0 : 0xFC;
        if ((options & reserved) != 0) {
            throw BrokenRule.malformed("reserved bit of the options"); // MQTT-3.8.3-5
        }
        if ((options & 3) == 3) {
            throw BrokenRule.protocolError("QoS 3");
        }
        if ((options & 0x30) == 0x30) {
            throw BrokenRule.protocolError("retain handling 3");
        }
    }

    static void unsubscribe(ByteBuf unsubscribe, boolean isFive, int maxUserProperties) {
        int start = unsubscribe.readerIndex();
        unsubscribe.skipBytes(2);
        if (isFive) {
            Property.check(unsubscribe, Property.IN_UNSUBSCRIBE, maxUserProperties);
        }
        unsubscribe.readerIndex(start);
    }
}
