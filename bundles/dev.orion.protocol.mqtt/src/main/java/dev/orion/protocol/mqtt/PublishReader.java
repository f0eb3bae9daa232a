// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import dev.orion.message.Publication;
import dev.orion.message.Qos;
import io.netty.buffer.ByteBuf;

/**
 * Reads PUBLISH packets (MQTT 5 §3.3); what was read is there until the next one.
 *
 * <p>Netty's decoder makes ten objects of such a packet. This one makes the publication.
 *
 * <p><b>Threads:</b> one event loop.
 */
final class PublishReader {

    private static final Qos[] QOS = Qos.values();

    private final int maxUserProperties;
    private final TopicNames topics = new TopicNames();
    private final PublishProperties properties = new PublishProperties();

    private String topic;
    private int id;
    private Qos qos;
    private Publication publication;
    private boolean isBelied;

    PublishReader(int maxUserProperties) {
        this.maxUserProperties = maxUserProperties;
    }

    /** Reads the packet that {@code in} has, to its end. */
    void read(int firstByte, ByteBuf in, boolean isFive) {
        int level = (firstByte >> 1) & 3;
        boolean isDuplicate = (firstByte & 8) != 0;
        if (level == 3) {
            throw BrokenRule.malformed("QoS 3"); // MQTT-3.3.1-4
        }
        if (level == 0 && isDuplicate) {
            throw BrokenRule.malformed("DUP with QoS 0"); // MQTT-3.3.1-2
        }
        qos = QOS[level];
        topic = topics.read(in);
        id = 0;
        if (level > 0) {
            id = in.readUnsignedShort();
            if (id == 0) {
                throw BrokenRule.protocolError("packet identifier 0"); // MQTT-2.2.1-3
            }
        }
        properties.clear();
        if (isFive) {
            properties.readAll(in, maxUserProperties);
        }
        byte[] payload = new byte[in.readableBytes()];
        in.readBytes(payload);
        isBelied = properties.isBelied(payload);
        publication = properties.publication(payload, qos, (firstByte & 1) != 0);
    }

    /** As it was sent; empty where an alias stands for it. */
    String topic() {
        return topic;
    }

    /** The topic alias; -1 where there is none. */
    int alias() {
        return properties.alias();
    }

    /** The packet identifier; 0 with QoS 0. */
    int id() {
        return id;
    }

    Qos qos() {
        return qos;
    }

    /** Whether the payload is not the UTF-8 text that it is said to be. */
    boolean isBelied() {
        return isBelied;
    }

    /** Hands the publication over. */
    Publication take() {
        Publication taken = publication;
        publication = null;
        return taken;
    }
}
