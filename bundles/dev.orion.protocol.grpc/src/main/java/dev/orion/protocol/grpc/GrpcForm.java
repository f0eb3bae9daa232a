// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import com.google.protobuf.MessageLite;
import dev.orion.client.WireForm;
import dev.orion.message.Message;
import dev.orion.realtime.Member;
import dev.orion.v1.RealtimeProto.PresenceChange;
import dev.orion.v1.RealtimeProto.SubscribeResponse;
import io.netty.buffer.ByteBuf;

/** Deliveries as messages of a stream: the same bytes for Subscribe and for Connect. */
enum GrpcForm implements WireForm {
    INSTANCE;

    @Override
    public void publication(Message message, ByteBuf out) {
        append(SubscribeResponse.newBuilder().setMessage(Proto.message(message)).build(), out);
    }

    @Override
    public void joined(String channel, Member member, ByteBuf out) {
        append(SubscribeResponse.newBuilder().setJoined(change(channel, member)).build(), out);
    }

    @Override
    public void left(String channel, Member member, ByteBuf out) {
        append(SubscribeResponse.newBuilder().setLeft(change(channel, member)).build(), out);
    }

    private static PresenceChange change(String channel, Member member) {
        return PresenceChange.newBuilder()
                .setChannel(channel)
                .setMember(Proto.member(member))
                .build();
    }

    private static void append(MessageLite message, ByteBuf out) {
        ServerCall.append(message, message.getSerializedSize(), out);
    }
}
