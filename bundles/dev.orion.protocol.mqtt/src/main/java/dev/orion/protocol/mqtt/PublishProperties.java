// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import dev.orion.message.Headers;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.message.Qos;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The properties of a PUBLISH, or of a will, while they are read (MQTT 5 §3.3.2.3, §3.1.3.2). */
final class PublishProperties {

    private static final Payload NOTHING = Payload.untrusted(new byte[0], "");

    private boolean declaredText;
    private Optional<Duration> expiry;
    private String contentType;
    private String responseTopic;
    private Payload correlation;
    private List<Headers.Header> headers;
    private int alias;

    PublishProperties() {
        clear();
    }

    /** There are none. */
    void clear() {
        declaredText = false;
        expiry = Optional.empty();
        contentType = "";
        responseTopic = "";
        correlation = NOTHING;
        headers = List.of();
        alias = -1;
    }

    /** The topic alias; -1 where there is none. */
    int alias() {
        return alias;
    }

    void readAll(ByteBuf in, int maxUserProperties) {
        int end = Property.readEnd(in);
        long seen = 0;
        while (in.readerIndex() < end) {
            int id = Property.readId(in, Property.IN_PUBLISH, seen);
            seen |= 1L << id;
            read(id, in);
            if (headers.size() > maxUserProperties) {
                throw new BrokenRule(Reason.QUOTA_EXCEEDED, "too many user properties");
            }
        }
        Property.checkEnd(in, end);
    }

    private void read(int id, ByteBuf in) {
        switch (id) {
            case Property.PAYLOAD_FORMAT -> declaredText(Property.readFlag(in));
            case Property.MESSAGE_EXPIRY -> expiry(in.readInt());
            case Property.CONTENT_TYPE -> contentType(Text.read(in));
            case Property.RESPONSE_TOPIC -> responseTopic(Text.read(in));
            case Property.CORRELATION_DATA -> correlation(Text.readBytes(in));
            case Property.TOPIC_ALIAS -> alias = in.readUnsignedShort();
            case Property.USER -> header(Text.read(in), Text.read(in));
            default -> // a client must not send a subscription identifier
                    throw BrokenRule.protocolError("subscription identifier"); // MQTT-3.3.4-6
        }
    }

    void declaredText(boolean isText) {
        declaredText = isText;
    }

    void expiry(int seconds) {
        expiry = Optional.of(Duration.ofSeconds(Integer.toUnsignedLong(seconds)));
    }

    void contentType(String type) {
        contentType = type;
    }

    void responseTopic(String topic) {
        if (topic.isEmpty()) {
            throw BrokenRule.protocolError("empty response topic"); // MQTT-4.7.3-1
        }
        responseTopic = TopicNames.checked(topic); // MQTT-3.3.2-14
    }

    void correlation(byte[] data) {
        correlation = Payload.untrusted(data, "");
    }

    void header(String name, String value) {
        if (headers.isEmpty()) {
            headers = new ArrayList<>();
        }
        headers.add(new Headers.Header(name, value));
    }

    /** Whether the payload is not the UTF-8 text that it is said to be. */
    boolean isBelied(byte[] payload) {
        if (!declaredText) {
            return false;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
            return false;
        } catch (CharacterCodingException notUtf8) {
            return true;
        }
    }

    /** A publication that keeps {@code payload}. */
    Publication publication(byte[] payload, Qos qos, boolean retain) {
        boolean expectsAnswer = !responseTopic.isEmpty() || correlation.length() > 0;
        return new Publication(
                Payload.untrusted(payload, contentType),
                Headers.of(headers),
                qos,
                retain,
                expiry,
                expectsAnswer
                        ? Optional.of(new Publication.ReplyTo(responseTopic, correlation))
                        : Optional.empty(),
                declaredText);
    }
}
