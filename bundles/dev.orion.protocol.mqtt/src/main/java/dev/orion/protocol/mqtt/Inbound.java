// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import dev.orion.client.ClientSession;
import dev.orion.client.Reply;
import dev.orion.message.Qos;
import dev.orion.protocol.Reading;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.StreamPosition;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Queue;

/**
 * What the client publishes (MQTT 5 §4.3): it is acknowledged in the order in which it came,
 * whatever takes how long (MQTT-4.6.0-2, MQTT-4.6.0-3).
 *
 * <p>What waits to be acknowledged is limited to the receive maximum. A client of MQTT 5 knows
 * that; of a client of MQTT 3.1.1 nothing is read meanwhile.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class Inbound {

    /** What becomes of a publication of QoS 0 is not told. */
    private static final Reply<StreamPosition> UNTOLD =
            new Reply<>() {
                @Override
                public void done(StreamPosition value) {}

                @Override
                public void refused(Refusal refusal) {}
            };

    private final MqttConnection connection;
    private final ClientSession session;
    private final PacketWriter writer;
    private final PublishReader reader;
    private final Settings settings;
    private final boolean isFive;

    private final Queue<Ack> unacknowledged = new ArrayDeque<>(4);
    private final BitSet unreleased = new BitSet(); // received, and not released by the client
    private String[] aliases = {};
    private boolean holding; // reading is paused because of this one

    Inbound(
            MqttConnection connection,
            ClientSession session,
            PacketWriter writer,
            PublishReader reader,
            Settings settings,
            boolean isFive) {
        this.connection = connection;
        this.session = session;
        this.writer = writer;
        this.reader = reader;
        this.settings = settings;
        this.isFive = isFive;
    }

    /** PUBLISH. */
    void publish(int firstByte, ByteBuf in) {
        reader.read(firstByte, in, isFive);
        String topic = topic(reader.topic(), reader.alias());
        int id = reader.id();
        if (reader.qos() == Qos.AT_MOST_ONCE) {
            if (reader.isBelied()) {
                throw new BrokenRule(Reason.PAYLOAD_FORMAT_INVALID, "payload is not UTF-8");
            }
            session.publish(topic, reader.take(), UNTOLD);
            return;
        }
        boolean isOnce = reader.qos() == Qos.EXACTLY_ONCE;
        countIn(isOnce && unreleased.get(id));
        var ack = new Ack(isOnce ? PacketType.PUBREC : PacketType.PUBACK, id);
        unacknowledged.add(ack);
        if (reader.isBelied()) {
            ack.is(Reason.PAYLOAD_FORMAT_INVALID);
        } else if (isOnce) {
            session.publishOnce(id, topic, reader.take(), ack);
        } else {
            session.publish(topic, reader.take(), ack);
        }
        hold(!isFive && unacknowledged.size() >= settings.receiveMaximum());
    }

    /** MQTT 5 §3.3.2.3.4. */
    private String topic(String sent, int alias) {
        if (alias < 0) {
            if (sent.isEmpty()) {
                throw isFive
                        ? BrokenRule.protocolError("no topic") // MQTT 5 §3.3.2.1
                        : BrokenRule.malformed("no topic"); // MQTT-4.7.3-1
            }
            return sent;
        }
        if (alias == 0 || alias > settings.topicAliasMaximum()) {
            throw new BrokenRule(Reason.TOPIC_ALIAS_INVALID, "topic alias out of range");
        }
        if (!sent.isEmpty()) {
            if (aliases.length == 0) {
                aliases = new String[settings.topicAliasMaximum() + 1];
            }
            aliases[alias] = sent;
            return sent;
        }
        if (aliases.length == 0 || aliases[alias] == null) {
            throw BrokenRule.protocolError("unknown topic alias");
        }
        return aliases[alias];
    }

    /** MQTT-3.3.4-9, from the side that is published to. */
    private void countIn(boolean isKnown) {
        int inFlight = unacknowledged.size() + unreleased.cardinality();
        if (isFive && !isKnown && inFlight >= settings.receiveMaximum()) {
            throw new BrokenRule(Reason.RECEIVE_MAXIMUM_EXCEEDED, "receive maximum exceeded");
        }
    }

    private void hold(boolean reading) {
        if (reading == holding) {
            return;
        }
        holding = reading;
        Channel channel = connection.channel();
        if (holding) {
            Reading.pause(channel);
        } else {
            Reading.resume(channel);
        }
    }

    /** The connection ends: what is answered later is not told. */
    void close() {
        unacknowledged.clear();
        hold(false);
    }

    /** PUBREL. */
    void release(int id) {
        session.released(
                id,
                new Reply<>() {
                    @Override
                    public void done(Boolean wasKnown) {
                        unreleased.clear(id);
                        boolean isUnknown = !wasKnown;
                        int reason =
                                isUnknown ? Reason.PACKET_IDENTIFIER_NOT_FOUND : Reason.SUCCESS;
                        connection.ack(PacketType.PUBCOMP, id, reason);
                    }

                    @Override
                    public void refused(Refusal refusal) {
                        connection.fail(Reason.ofPublication(refusal), refusal.text());
                    }
                });
    }

    private void acknowledge() {
        while (!unacknowledged.isEmpty() && unacknowledged.peek().isDone()) {
            Ack ack = unacknowledged.remove();
            if (!isFive && !mayBeTold3(ack.reason)) {
                connection.fail(ack.reason, "not published");
                return;
            }
            if (ack.type == PacketType.PUBREC && !Reason.isFailure(ack.reason)) {
                unreleased.set(ack.id);
            }
            Packets.ack(ack.type, ack.id, ack.reason, isFive, writer.packet());
            writer.packetEnd();
        }
        hold(!isFive && unacknowledged.size() >= settings.receiveMaximum());
    }

    /**
     * MQTT 3.1.1 has no words for a refusal. What may never be published is acknowledged and
     * dropped (MQTT-3.3.5-2); to acknowledge what might be published later would be a lie.
     */
    private static boolean mayBeTold3(int reason) {
        return !Reason.isFailure(reason)
                || reason == Reason.NOT_AUTHORIZED
                || reason == Reason.TOPIC_NAME_INVALID;
    }

    /** One publication that is to be acknowledged. */
    private final class Ack implements Reply<StreamPosition> {

        private static final int OPEN = -1;

        private final int type;
        private final int id;
        private int reason = OPEN;

        Ack(int type, int id) {
            this.type = type;
            this.id = id;
        }

        boolean isDone() {
            return reason != OPEN;
        }

        @Override
        public void done(StreamPosition value) {
            is(Reason.SUCCESS);
        }

        @Override
        public void refused(Refusal refusal) {
            is(Reason.ofPublication(refusal));
        }

        void is(int outcome) {
            reason = outcome;
            acknowledge();
        }
    }
}
