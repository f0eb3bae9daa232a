// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import dev.orion.client.WireForm;
import dev.orion.message.Message;
import dev.orion.realtime.Member;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Messages on their way to devices: the payload as it is, framed. One that the framing cannot carry
 * is left out.
 */
record DeviceForm(Framings framing) implements WireForm {

    @Override
    public void publication(Message message, ByteBuf out) {
        ByteBuf payload = Unpooled.wrappedBuffer(message.payload().array());
        if (framing.carries(payload)) {
            framing.frame(payload, out);
        }
    }

    @Override
    public void joined(String channel, Member member, ByteBuf out) {
        // there are no words for it
    }

    @Override
    public void left(String channel, Member member, ByteBuf out) {
        // there are no words for it
    }
}
