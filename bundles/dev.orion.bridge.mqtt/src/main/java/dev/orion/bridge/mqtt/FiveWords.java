// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import dev.orion.message.ChannelName;
import dev.orion.message.Headers;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.message.Publication.ReplyTo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/** Publications as MQTT 5 says them (§3.3.2.3), and back. */
final class FiveWords {

    private FiveWords() {}

    /** What no MQTT string can be is left out. */
    static MqttMessage message(Sending sending) {
        Publication publication = sending.publication();
        var properties = new MqttProperties();
        String contentType = publication.payload().contentType();
        if (!contentType.isEmpty() && PahoText.isWritableByFive(contentType)) {
            properties.setContentType(contentType);
        }
        List<UserProperty> pairs = new ArrayList<>(publication.headers().size());
        for (Headers.Header header : publication.headers()) {
            if (PahoText.isWritableByFive(header.name())
                    && PahoText.isWritableByFive(header.value())) {
                pairs.add(new UserProperty(header.name(), header.value()));
            }
        }
        properties.setUserProperties(pairs);
        publication.expiry().ifPresent(left -> properties.setMessageExpiryInterval(seconds(left)));
        publication.replyTo().ifPresent(to -> write(to, properties));
        if (publication.declaredText()) {
            properties.setPayloadFormat(true);
        }
        return new MqttMessage(
                publication.payload().array(),
                QosLevel.of(sending.qos()),
                sending.retain(),
                properties);
    }

    private static void write(ReplyTo to, MqttProperties properties) {
        if (ChannelName.isValid(to.channel()) && PahoText.isWritableByFive(to.channel())) {
            properties.setResponseTopic(to.channel());
        }
        if (to.correlation().length() > 0) {
            properties.setCorrelationData(to.correlation().array());
        }
    }

    /** What is left of it, in begun seconds. */
    private static long seconds(Duration left) {
        return Math.min(0xffff_ffffL, left.plusMillis(999).toSeconds());
    }

    static Publication publication(MqttMessage message) {
        MqttProperties properties = message.getProperties();
        if (properties == null) {
            properties = new MqttProperties();
        }
        String contentType = properties.getContentType();
        return new Publication(
                Payload.untrusted(message.getPayload(), contentType == null ? "" : contentType),
                headers(properties.getUserProperties()),
                QosLevel.qos(message.getQos()),
                message.isRetained(),
                Optional.ofNullable(properties.getMessageExpiryInterval()).map(Duration::ofSeconds),
                replyTo(properties),
                properties.getPayloadFormat());
    }

    private static Headers headers(List<UserProperty> pairs) {
        if (pairs == null || pairs.isEmpty()) {
            return Headers.NONE;
        }
        return Headers.of(
                pairs.stream()
                        .map(pair -> new Headers.Header(pair.getKey(), pair.getValue()))
                        .toList());
    }

    private static Optional<ReplyTo> replyTo(MqttProperties properties) {
        String topic = properties.getResponseTopic();
        byte[] correlation = properties.getCorrelationData();
        if (topic == null && correlation == null) {
            return Optional.empty();
        }
        Payload data = correlation == null ? Payload.EMPTY : Payload.untrusted(correlation, "");
        return Optional.of(new ReplyTo(topic == null ? "" : topic, data));
    }
}
