// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import dev.orion.client.SessionSpec;
import dev.orion.client.Will;
import dev.orion.message.ChannelName;
import dev.orion.message.Qos;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.BinaryProperty;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * What a client wishes when it connects (MQTT 5 §3.1).
 *
 * @param clientId empty where it asks for one
 * @param keepAlive in seconds; 0 for none
 * @param expiry how long its session is to outlive the connection
 * @param receiveMaximum how many deliveries it takes at once without acknowledging them
 * @param maxPacketBytes the longest packet that it takes
 * @param topicAliasMaximum how many topic aliases it takes
 * @param password empty where it gives none
 */
record ConnectPacket(
        boolean isFive,
        String clientId,
        boolean cleanStart,
        int keepAlive,
        Duration expiry,
        int receiveMaximum,
        int maxPacketBytes,
        int topicAliasMaximum,
        String password,
        Optional<Will> will) {

    private static final int NO_EXPIRY = 0xffff_ffff; // MQTT 5 §3.1.2.11.2
    private static final int MAX_SHORT = 0xffff;
    private static final Qos[] QOS = Qos.values();

    /**
     * Reads what Netty has decoded.
     *
     * @throws BrokenRule with the reason that the CONNACK is to have
     */
    static ConnectPacket of(MqttConnectMessage message, int maxClientIdBytes) {
        MqttConnectVariableHeader head = message.variableHeader();
        MqttConnectPayload payload = message.payload();
        boolean isFive = head.version() == 5;
        checkFlags(head, isFive);
        checkClientId(payload.clientIdentifier(), head, isFive, maxClientIdBytes);
        MqttProperties properties = head.properties();
        checkAuthentication(properties);
        return new ConnectPacket(
                isFive,
                payload.clientIdentifier(),
                head.isCleanSession(),
                head.keepAliveTimeSeconds(),
                expiry(head, isFive),
                positive(MqttProperties.RECEIVE_MAXIMUM, MAX_SHORT, properties),
                positive(MqttProperties.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE, properties),
                topicAliasMaximum(properties),
                password(payload),
                head.isWillFlag() ? Optional.of(will(head, payload)) : Optional.empty());
    }

    private static void checkFlags(MqttConnectVariableHeader head, boolean isFive) {
        if (!head.isWillFlag() && (head.willQos() != 0 || head.isWillRetain())) {
            throw BrokenRule.malformed("will flags without a will"); // MQTT-3.1.2-11, -13
        }
        if (head.willQos() > 2) {
            throw BrokenRule.malformed("will of QoS 3"); // MQTT-3.1.2-12
        }
        if (!isFive && head.hasPassword() && !head.hasUserName()) {
            throw BrokenRule.malformed("password without a user name"); // 3.1.1: MQTT-3.1.2-22
        }
    }

    private static void checkClientId(
            String id, MqttConnectVariableHeader head, boolean isFive, int maxBytes) {
        boolean mustHaveOne = !isFive && !head.isCleanSession(); // 3.1.1: MQTT-3.1.3-8
        boolean isTooLong = id.getBytes(StandardCharsets.UTF_8).length > maxBytes;
        if (isTooLong || (mustHaveOne && id.isEmpty())) {
            throw new BrokenRule(Reason.CLIENT_IDENTIFIER_NOT_VALID, "client id not valid");
        }
    }

    private static void checkAuthentication(MqttProperties properties) {
        if (properties.getProperty(MqttProperties.AUTHENTICATION_METHOD) != null) {
            throw new BrokenRule(
                    Reason.BAD_AUTHENTICATION_METHOD, "no enhanced authentication here");
        }
        if (properties.getProperty(MqttProperties.AUTHENTICATION_DATA) != null) {
            throw BrokenRule.protocolError("authentication data without a method");
        }
    }

    private static Duration expiry(MqttConnectVariableHeader head, boolean isFive) {
        if (!isFive) {
            return head.isCleanSession() ? Duration.ZERO : SessionSpec.NEVER;
        }
        Object found = head.properties().getProperty(MqttProperties.SESSION_EXPIRY_INTERVAL);
        return found instanceof IntegerProperty seconds ? expiry(seconds.value()) : Duration.ZERO;
    }

    /** A session expiry interval. */
    static Duration expiry(int seconds) {
        return seconds == NO_EXPIRY
                ? SessionSpec.NEVER
                : Duration.ofSeconds(Integer.toUnsignedLong(seconds));
    }

    private static int positive(int property, int otherwise, MqttProperties properties) {
        if (!(properties.getProperty(property) instanceof IntegerProperty found)) {
            return otherwise;
        }
        long value = Integer.toUnsignedLong(found.value());
        if (value == 0) {
            throw BrokenRule.protocolError("maximum of 0"); // MQTT 5 §3.1.2.11.3, §3.1.2.11.4
        }
        return (int) Math.min(value, Integer.MAX_VALUE);
    }

    private static int topicAliasMaximum(MqttProperties properties) {
        Object found = properties.getProperty(MqttProperties.TOPIC_ALIAS_MAXIMUM);
        return found instanceof IntegerProperty maximum ? maximum.value() : 0;
    }

    private static String password(MqttConnectPayload payload) {
        byte[] bytes = payload.passwordInBytes();
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    private static Will will(MqttConnectVariableHeader head, MqttConnectPayload payload) {
        String topic = payload.willTopic();
        if (topic == null || !ChannelName.isValid(topic)) {
            throw new BrokenRule(Reason.TOPIC_NAME_INVALID, "will topic not valid");
        }
        var properties = new PublishProperties();
        Duration delay = Duration.ZERO;
        for (Object each : payload.willProperties().listAll()) {
            if (each instanceof IntegerProperty number) {
                int value = number.value();
                switch (number.propertyId()) {
                    case MqttProperties.WILL_DELAY_INTERVAL ->
                            delay = Duration.ofSeconds(Integer.toUnsignedLong(value));
                    case MqttProperties.PAYLOAD_FORMAT_INDICATOR ->
                            properties.declaredText(value == 1);
                    default -> properties.expiry(value);
                }
            } else if (each instanceof StringProperty text) {
                if (text.propertyId() == MqttProperties.CONTENT_TYPE) {
                    properties.contentType(text.value());
                } else {
                    properties.responseTopic(text.value());
                }
            } else if (each instanceof BinaryProperty data) {
                properties.correlation(data.value());
            }
        }
        for (Object each : payload.willProperties().getProperties(MqttProperties.USER_PROPERTY)) {
            if (each instanceof UserProperty user) {
                properties.header(user.value().key, user.value().value);
            }
        }
        byte[] bytes = payload.willMessageInBytes();
        if (properties.isBelied(bytes)) {
            throw new BrokenRule(Reason.PAYLOAD_FORMAT_INVALID, "will is not UTF-8");
        }
        Qos qos = QOS[head.willQos()];
        return new Will(topic, properties.publication(bytes, qos, head.isWillRetain()), delay);
    }
}
