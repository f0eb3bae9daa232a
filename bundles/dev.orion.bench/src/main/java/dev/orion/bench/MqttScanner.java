// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBuf;

/**
 * Finds the packets in a server's stream, and of each only its type, quality of service and
 * identifier.
 *
 * <p><b>Threads:</b> one event loop.
 */
final class MqttScanner {

    /** Hears of each packet whose last byte has come. */
    interface Packets {

        /**
         * A packet.
         *
         * @param identifier 0 where it has none
         */
        void packet(int type, int qos, int identifier);
    }

    private final Packets packets;
    private int first = -1; // the first byte of a packet under way
    private int lengthBytes;
    private int left; // of its remaining length
    private int body; // how many bytes of the body were seen
    private int identifierAt;
    private int identifier;

    MqttScanner(Packets packets) {
        this.packets = packets;
    }

    /** Looks at bytes. <b>Buffer:</b> borrows {@code in}. */
    void scan(ByteBuf in) {
        int i = in.readerIndex();
        int end = in.writerIndex();
        while (i < end) {
            if (first < 0) {
                begin(in.getUnsignedByte(i++));
            } else if (lengthBytes >= 0) {
                length(in.getUnsignedByte(i++));
            } else if (body < identifierAt + 2 && left > 0) {
                look(in.getUnsignedByte(i++));
            } else {
                int skipped = Math.min(left, end - i);
                i += skipped;
                left -= skipped;
            }
            if (lengthBytes < 0 && left == 0) {
                int type = first >> 4;
                packets.packet(type, type == MqttBytes.PUBLISH ? qos() : 0, identifier);
                first = -1;
            }
        }
    }

    private void begin(int header) {
        first = header;
        lengthBytes = 0;
        left = 0;
        body = 0;
        identifier = 0;
        identifierAt = 0;
    }

    private void length(int next) {
        left |= (next & 0x7f) << (7 * lengthBytes++);
        if (next < 0x80) {
            lengthBytes = -1;
        }
    }

    /** The topic's length tells where the identifier of a PUBLISH stands. */
    private void look(int next) {
        if (first >> 4 != MqttBytes.PUBLISH) {
            identifier = (identifier << 8) | next;
        } else if (body < 2) {
            identifierAt = (identifierAt << 8) | next;
            if (body == 1) {
                identifierAt = qos() == 0 ? -2 : identifierAt + 2;
            }
        } else if (body >= identifierAt) {
            identifier = (identifier << 8) | next;
        }
        body++;
        left--;
    }

    private int qos() {
        return (first >> 1) & 3;
    }
}
