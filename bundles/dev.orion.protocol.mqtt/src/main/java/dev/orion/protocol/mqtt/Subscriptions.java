// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import dev.orion.client.ClientSession;
import dev.orion.client.Filter;
import dev.orion.client.FilterOptions;
import dev.orion.client.Reply;
import dev.orion.message.Qos;
import dev.orion.realtime.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Answers SUBSCRIBE and UNSUBSCRIBE (MQTT 5 §3.8 to §3.11).
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class Subscriptions {

    private static final Qos[] QOS = Qos.values();
    private static final FilterOptions.Retained[] RETAINED = FilterOptions.Retained.values();

    private final ClientSession session;
    private final PacketWriter writer;
    private final boolean isFive;
    private final int maxFilters;
    private Set<Integer> inUse = Set.of(); // immutable while it is empty, which it is mostly
    private boolean isClosed;

    Subscriptions(ClientSession session, PacketWriter writer, boolean isFive, int maxFilters) {
        this.session = session;
        this.writer = writer;
        this.isFive = isFive;
        this.maxFilters = maxFilters;
    }

    /** The connection ends: what is answered later is not told. */
    void close() {
        isClosed = true;
    }

    void subscribe(MqttSubscribeMessage message) {
        List<MqttTopicSubscription> wishes = message.payload().topicSubscriptions();
        if (wishes.isEmpty()) {
            throw BrokenRule.protocolError("no topic filter"); // MQTT-3.8.3-2
        }
        MqttMessageIdAndPropertiesVariableHeader head = message.idAndPropertiesVariableHeader();
        int subscription = subscriptionId(head.properties());
        for (MqttTopicSubscription wish : wishes) {
            if (wish.option().isNoLocal() && wish.topicFilter().startsWith("$share/")) {
                throw BrokenRule.protocolError("no local on a share"); // MQTT-3.8.3-4
            }
        }
        var answer = new Answer(head.messageId(), wishes.size(), PacketType.SUBACK);
        if (!answer.begins()) {
            return;
        }
        for (int i = 0; i < wishes.size(); i++) {
            subscribe(wishes.get(i), subscription, answer, i);
        }
    }

    private void subscribe(MqttTopicSubscription wish, int subscription, Answer answer, int i) {
        Optional<Filter> filter = FilterReader.read(wish.topicFilter());
        if (i >= maxFilters) {
            answer.set(i, Reason.QUOTA_EXCEEDED);
        } else if (filter.isEmpty()) {
            answer.set(i, Reason.TOPIC_FILTER_INVALID);
        } else {
            MqttSubscriptionOption wished = wish.option();
            int qos = wished.qos().value();
            var options =
                    new FilterOptions(
                            QOS[qos],
                            wished.isNoLocal(),
                            wished.isRetainAsPublished(),
                            RETAINED[wished.retainHandling().value()],
                            subscription);
            session.subscribe(filter.get(), options, answer.reply(i, qos, qos));
        }
    }

    private static int subscriptionId(MqttProperties properties) {
        List<? extends MqttProperties.MqttProperty<?>> found = ids(properties);
        if (found.isEmpty()) {
            return 0;
        }
        int id = ((IntegerProperty) found.get(0)).value();
        if (id == 0) {
            throw BrokenRule.protocolError("subscription identifier 0"); // MQTT 5 §3.8.2.1.2
        }
        return id;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // Netty's own signature is raw
    private static List<? extends MqttProperties.MqttProperty<?>> ids(MqttProperties properties) {
        return (List) properties.getProperties(MqttProperties.SUBSCRIPTION_IDENTIFIER);
    }

    void unsubscribe(MqttUnsubscribeMessage message) {
        List<String> filters = message.payload().topics();
        if (filters.isEmpty()) {
            throw BrokenRule.protocolError("no topic filter"); // MQTT-3.10.3-2
        }
        int id = message.variableHeader().messageId();
        var answer = new Answer(id, filters.size(), PacketType.UNSUBACK);
        if (!answer.begins()) {
            return;
        }
        for (int i = 0; i < filters.size(); i++) {
            Optional<Filter> filter = FilterReader.read(filters.get(i));
            if (i >= maxFilters) {
                answer.set(i, Reason.UNSPECIFIED_ERROR);
            } else if (filter.isEmpty()) {
                answer.set(i, Reason.TOPIC_FILTER_INVALID);
            } else {
                int otherwise = Reason.NO_SUBSCRIPTION_EXISTED;
                session.unsubscribe(filter.get(), answer.reply(i, Reason.SUCCESS, otherwise));
            }
        }
    }

    /** One SUBACK or UNSUBACK while its reasons come in; it is written with the last. */
    private final class Answer {

        private final int id;
        private final int type;
        private final byte[] reasons;
        private int missing;

        Answer(int id, int size, int type) {
            this.id = id;
            this.type = type;
            this.reasons = new byte[size];
            this.missing = size;
        }

        /** Whether the packet identifier is free; where not, that is the answer. */
        boolean begins() {
            if (inUse.isEmpty()) {
                inUse = new HashSet<>();
            }
            if (inUse.add(id)) {
                return true;
            }
            for (int i = 0; i < reasons.length; i++) {
                reasons[i] = (byte) Reason.PACKET_IDENTIFIER_IN_USE;
            }
            write();
            return false;
        }

        Reply<Boolean> reply(int i, int whenTrue, int whenFalse) {
            return new Reply<>() {
                @Override
                public void done(Boolean value) {
                    set(i, value ? whenTrue : whenFalse);
                }

                @Override
                public void refused(Refusal refusal) {
                    set(i, Reason.ofSubscription(refusal));
                }
            };
        }

        void set(int i, int reason) {
            boolean isSubAck3 = !isFive && Reason.isFailure(reason);
            reasons[i] = (byte) (isSubAck3 ? Reason.FAILURE_3 : reason);
            if (--missing == 0) {
                inUse.remove(id);
                if (inUse.isEmpty()) {
                    inUse = Set.of();
                }
                write();
            }
        }

        private void write() {
            if (isClosed) {
                return;
            }
            ByteBuf out = writer.packet();
            if (type == PacketType.SUBACK) {
                Packets.subAck(id, reasons, isFive, out);
            } else {
                Packets.unsubAck(id, reasons, isFive, out);
            }
            writer.packetEnd();
            writer.drain(); // deliveries may follow
        }
    }
}
