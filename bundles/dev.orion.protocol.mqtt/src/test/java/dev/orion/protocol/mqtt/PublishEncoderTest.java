// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.message.Headers;
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.message.Qos;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.AttributeKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Random packets, compared with what Netty's codec makes of them; and bytes that mean nothing. */
class PublishEncoderTest {

    private static final int ROUNDS = 2000;
    private static final int CONNECTIONS = 400;

    private final Random random = new Random(20_260_101);
    private final EmbeddedChannel codec =
            new EmbeddedChannel(MqttEncoder.INSTANCE, new MqttDecoder(1 << 20));

    @AfterEach
    void close() {
        codec.finishAndReleaseAll();
    }

    @Test
    void writesWhatNettyReads() {
        for (int round = 0; round < ROUNDS; round++) {
            boolean isFive = random.nextBoolean();
            Message message = message();
            int qos = random.nextInt(3);
            List<Integer> subscriptions = new ArrayList<>();
            while (random.nextInt(3) == 0) {
                subscriptions.add(1 + random.nextInt(VarInt.MAX));
            }
            boolean again = qos > 0 && random.nextBoolean();
            boolean retained = random.nextBoolean();
            ByteBuf out = Unpooled.buffer();
            boolean written =
                    PublishEncoder.encode(
                            message,
                            PublishEncoder.firstByte(qos, again, retained),
                            99,
                            isFive,
                            subscriptions,
                            null,
                            Integer.MAX_VALUE,
                            out);
            assertThat(written).isTrue();
            int length = out.readableBytes();
            version(isFive);
            codec.writeInbound(out);

            MqttPublishMessage read = codec.readInbound();
            assertThat(read.decoderResult().isSuccess()).isTrue();
            assertThat(read.fixedHeader().isDup()).isEqualTo(again);
            assertThat(read.fixedHeader().isRetain()).isEqualTo(retained);
            assertThat(read.fixedHeader().qosLevel().value()).isEqualTo(qos);
            assertThat(read.variableHeader().topicName()).isEqualTo(message.channel());
            assertThat(ByteBufUtil.getBytes(read.payload())).isEqualTo(message.payload().array());
            if (isFive) {
                compare(message.publication(), subscriptions, read.variableHeader().properties());
            }
            codec.writeOutbound(read);
            ByteBuf back = codec.readOutbound();
            assertThat(back.readableBytes()).isEqualTo(length);
            back.release();
        }
    }

    private static void compare(Publication it, List<Integer> subscriptions, MqttProperties all) {
        assertThat(value(all, MqttProperties.CONTENT_TYPE))
                .isEqualTo(
                        it.payload().contentType().isEmpty() ? null : it.payload().contentType());
        assertThat(all.getProperties(MqttProperties.SUBSCRIPTION_IDENTIFIER))
                .extracting(each -> each.value())
                .isEqualTo(subscriptions);
        assertThat(value(all, MqttProperties.PAYLOAD_FORMAT_INDICATOR))
                .isEqualTo(it.declaredText() ? 1 : null);
        assertThat(value(all, MqttProperties.RESPONSE_TOPIC))
                .isEqualTo(it.replyTo().map(Publication.ReplyTo::channel).orElse(null));
        List<String> headers = new ArrayList<>();
        it.headers().forEach(h -> headers.add("UserProperty(" + h.name() + ", " + h.value() + ")"));
        assertThat(all.getProperties(MqttProperties.USER_PROPERTY))
                .extracting(Object::toString)
                .isEqualTo(headers);
    }

    private static Object value(MqttProperties all, int id) {
        var found = all.getProperty(id);
        return found == null ? null : found.value();
    }

    @Test
    void readsWhatNettyWrites() {
        var reader = new PublishReader(100);
        for (int round = 0; round < ROUNDS; round++) {
            boolean isFive = random.nextBoolean();
            Message message = message();
            Publication it = message.publication();
            int qos = random.nextInt(3);
            version(isFive);
            codec.writeOutbound(nettys(message, qos));
            ByteBuf bytes = codec.readOutbound();
            int firstByte = bytes.readUnsignedByte();
            VarInt.read(bytes);

            reader.read(firstByte, bytes, isFive);
            bytes.release();

            Publication read = reader.take();
            assertThat(reader.topic()).isEqualTo(message.channel());
            assertThat(reader.id()).isEqualTo(qos == 0 ? 0 : 77);
            assertThat(read.payload().array()).isEqualTo(it.payload().array());
            if (isFive) {
                assertThat(read.headers()).isEqualTo(it.headers());
                assertThat(read.expiry()).isEqualTo(it.expiry());
                assertThat(read.replyTo()).isEqualTo(it.replyTo());
                assertThat(read.payload().contentType()).isEqualTo(it.payload().contentType());
            }
        }
    }

    private static MqttPublishMessage nettys(Message message, int qos) {
        Publication it = message.publication();
        var properties = new MqttProperties();
        if (!it.payload().contentType().isEmpty()) {
            properties.add(
                    new MqttProperties.StringProperty(
                            MqttProperties.CONTENT_TYPE, it.payload().contentType()));
        }
        it.expiry()
                .ifPresent(
                        expiry ->
                                properties.add(
                                        new MqttProperties.IntegerProperty(
                                                MqttProperties.PUBLICATION_EXPIRY_INTERVAL,
                                                (int) expiry.toSeconds())));
        it.replyTo()
                .ifPresent(
                        reply -> {
                            properties.add(
                                    new MqttProperties.StringProperty(
                                            MqttProperties.RESPONSE_TOPIC, reply.channel()));
                            properties.add(
                                    new MqttProperties.BinaryProperty(
                                            MqttProperties.CORRELATION_DATA,
                                            reply.correlation().array()));
                        });
        it.headers()
                .forEach(
                        header ->
                                properties.add(
                                        new MqttProperties.UserProperty(
                                                header.name(), header.value())));
        return new MqttPublishMessage(
                new MqttFixedHeader(MqttMessageType.PUBLISH, false, MqttQoS.valueOf(qos), false, 0),
                new MqttPublishVariableHeader(message.channel(), 77, properties),
                Unpooled.wrappedBuffer(message.payload().array()));
    }

    @Test
    void survivesBytesThatMeanNothing() {
        for (int round = 0; round < CONNECTIONS; round++) {
            try (var peer = Peer.connected(random.nextBoolean() ? 5 : 4)) {
                peer.receivedHex();
                byte[] bytes = mutated();
                peer.server.writeInbound(Unpooled.wrappedBuffer(bytes));
                peer.receivedHex();
                peer.server.checkException();
                assertThat(peer.connection.closeReason())
                        .as(ByteBufUtil.hexDump(bytes))
                        .isNotEqualTo(Optional.of(dev.orion.net.CloseReason.INTERNAL_ERROR));
            }
        }
    }

    /** A good packet with a few bytes changed, or any bytes. */
    private byte[] mutated() {
        byte[] bytes;
        if (random.nextInt(4) == 0) {
            bytes = new byte[1 + random.nextInt(60)];
            random.nextBytes(bytes);
            return bytes;
        }
        ByteBuf out = Unpooled.buffer();
        switch (random.nextInt(3)) {
            case 0 ->
                    PublishEncoder.encode(
                            message(), 0x32, 5, true, List.of(), null, Integer.MAX_VALUE, out);
            case 1 ->
                    out.writeBytes(
                            io.netty.buffer.ByteBufUtil.decodeHexDump(
                                    "820f0001030b8001" + "0001611d" + "0002622f01"));
            default ->
                    out.writeBytes(
                            ByteBufUtil.decodeHexDump("a20d000105260001610000" + "00016100"));
        }
        bytes = ByteBufUtil.getBytes(out);
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    private void version(boolean isFive) {
        codec.attr(AttributeKey.<MqttVersion>valueOf("NETTY_CODEC_MQTT_VERSION"))
                .set(isFive ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1);
    }

    private Message message() {
        byte[] payload = new byte[random.nextInt(300)];
        random.nextBytes(payload);
        List<Headers.Header> headers = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            headers.add(new Headers.Header(text(), text()));
        }
        Optional<Publication.ReplyTo> replyTo =
                random.nextInt(3) == 0
                        ? Optional.of(
                                new Publication.ReplyTo(
                                        "r" + letters(),
                                        Payload.untrusted(
                                                text().getBytes(StandardCharsets.UTF_8), "")))
                        : Optional.empty();
        var publication =
                new Publication(
                        Payload.untrusted(payload, random.nextBoolean() ? "" : text()),
                        Headers.of(headers),
                        Qos.AT_LEAST_ONCE,
                        false,
                        random.nextInt(3) == 0
                                ? Optional.of(Duration.ofSeconds(100 + random.nextInt(1000)))
                                : Optional.empty(),
                        replyTo,
                        false);
        return new Message(
                "t/" + letters(), publication, Origin.HOST, System.currentTimeMillis(), 0, "");
    }

    private String letters() {
        return text().replace("+", "").replace("#", "");
    }

    private String text() {
        var text = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            int kind = random.nextInt(10);
            text.appendCodePoint(
                    kind == 0
                            ? 0x1F600 + random.nextInt(50)
                            : kind == 1
                                    ? 0xA1 + random.nextInt(0x500)
                                    : 0x21 + random.nextInt(0x50));
        }
        return text.toString();
    }
}
