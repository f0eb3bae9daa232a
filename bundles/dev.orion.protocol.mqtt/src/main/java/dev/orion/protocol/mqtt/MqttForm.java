// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import dev.orion.client.WireForm;
import dev.orion.message.Message;
import dev.orion.realtime.Member;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Publications as PUBLISH packets of QoS 0; equal where the packets are.
 *
 * @param isFive whether they have properties
 * @param retainAsPublished whether they say that their publication was to be retained
 * @param subscriptions the subscription identifiers
 * @param maxPacketBytes longer ones are left out
 */
record MqttForm(
        boolean isFive, boolean retainAsPublished, List<Integer> subscriptions, int maxPacketBytes)
        implements WireForm {

    @Override
    public void publication(Message message, ByteBuf out) {
        boolean retained = retainAsPublished && message.publication().retain();
        int firstByte = PublishEncoder.firstByte(0, false, retained);
        PublishEncoder.encode(
                message, firstByte, 0, isFive, subscriptions, null, maxPacketBytes, out);
    }

    /** MQTT has no words for it. */
    @Override
    public void joined(String channel, Member member, ByteBuf out) {}

    /** MQTT has no words for it. */
    @Override
    public void left(String channel, Member member, ByteBuf out) {}
}
