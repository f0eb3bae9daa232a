// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;

/** MQTT 3.1.1, every publication and subscription with the same quality of service. */
enum MqttWire implements Wire {
    AT_MOST_ONCE(0),
    AT_LEAST_ONCE(1),
    EXACTLY_ONCE(2);

    private final int qos;

    MqttWire(int qos) {
        this.qos = qos;
    }

    @Override
    public Endpoint endpoint() {
        return Endpoint.MQTT;
    }

    @Override
    public ChannelHandler opening(Client client) {
        return new MqttOpening(client, qos);
    }

    @Override
    public Publications publications(String channel, int most) {
        ByteBuf one = MqttBytes.publish(channel, qos);
        return this == AT_MOST_ONCE
                ? new Repeated(one, most)
                : new Numbered(one, MqttBytes.identifierOf(channel), 0);
    }
}
