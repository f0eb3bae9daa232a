// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.client.WireForm;
import dev.orion.message.Message;
import dev.orion.protocol.Framing;
import dev.orion.realtime.Member;
import io.netty.buffer.ByteBuf;

/** Pushes as the Centrifuge JSON protocol has them, framed; equal where the framings are. */
record CentrifugeForm(Framing framing) implements WireForm {

    private static final byte[] CHANNEL = Json.ascii("{\"push\":{\"channel\":");
    private static final byte[] JOIN = Json.ascii(",\"join\":{\"info\":");
    private static final byte[] LEAVE = Json.ascii(",\"leave\":{\"info\":");

    @Override
    public void publication(Message message, ByteBuf out) {
        ByteBuf line = Scratch.borrow();
        line.writeBytes(Pieces.pub(message.channel()));
        Json.publication(message, line);
        Json.raw("}}", line);
        framing.frame(line, out);
        Scratch.giveBack(line);
    }

    @Override
    public void joined(String channel, Member member, ByteBuf out) {
        news(JOIN, channel, member, out);
    }

    @Override
    public void left(String channel, Member member, ByteBuf out) {
        news(LEAVE, channel, member, out);
    }

    private void news(byte[] kind, String channel, Member member, ByteBuf out) {
        ByteBuf line = Scratch.borrow();
        line.writeBytes(CHANNEL);
        Json.string(channel, line);
        line.writeBytes(kind);
        Json.info(member.client(), member.user(), line);
        Json.raw("}}}", line);
        framing.frame(line, out);
        Scratch.giveBack(line);
    }
}
