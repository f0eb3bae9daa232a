// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttIdentifierRejectedException;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.AttributeKey;

/**
 * Netty's decoder for the packets that are seldom, one for all connections of an event loop, so
 * that an idle connection pays nothing for it.
 *
 * <p>It is given whole packets only, and tells about every fault that it finds in one way; {@link
 * PacketCheck} has found the others before.
 *
 * <p><b>Threads:</b> the event loop.
 */
final class NettyCodec {

    private static final AttributeKey<MqttVersion> VERSION =
            AttributeKey.valueOf("NETTY_CODEC_MQTT_VERSION"); // MqttCodecUtil

    private final Settings settings;
    private EmbeddedChannel channel; // null until the first packet

    NettyCodec(Settings settings) {
        this.settings = settings;
    }

    /**
     * Decodes one packet.
     *
     * <p><b>Buffer:</b> takes ownership of {@code packet}.
     *
     * @param version of the connection; what a CONNECT says itself goes before it
     */
    MqttMessage decode(ByteBuf packet, MqttVersion version) {
        if (channel == null) {
            channel =
                    new EmbeddedChannel(
                            new MqttDecoder(
                                    settings.maxPacketBytes(), settings.maxClientIdBytes()));
        }
        channel.attr(VERSION).set(version);
        channel.writeInbound(packet);
        MqttMessage message = channel.readInbound();
        if (message == null || message.decoderResult().isFailure()) {
            channel.finishAndReleaseAll(); // it understands nothing from here on
            channel = null;
            throw brokenRule(message);
        }
        return message;
    }

    private static BrokenRule brokenRule(MqttMessage message) {
        Throwable cause = message == null ? null : message.decoderResult().cause();
        if (cause instanceof MqttUnacceptableProtocolVersionException) {
            return new BrokenRule(Reason.UNSUPPORTED_PROTOCOL_VERSION, "unsupported version");
        }
        if (cause instanceof MqttIdentifierRejectedException) {
            return new BrokenRule(Reason.CLIENT_IDENTIFIER_NOT_VALID, "client id not valid");
        }
        return BrokenRule.malformed("malformed packet");
    }
}
