// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.client.Outlet;
import dev.orion.client.Subscribed;
import dev.orion.client.WireForm;
import dev.orion.message.Message;
import dev.orion.net.CloseReason;
import dev.orion.realtime.Member;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.function.Consumer;

/**
 * Where what is meant for a client goes that only makes single calls: nowhere.
 *
 * @param ended is told when the server ends the client
 */
record NoOutlet(Channel channel, Consumer<CloseReason> ended) implements Outlet {

    @Override
    public WireForm wireForm() {
        return Nothing.INSTANCE;
    }

    @Override
    public void subscribed(String channel, Subscribed position) {
        // Nobody listens.
    }

    @Override
    public void unsubscribed(String channel) {
        // Nobody listens.
    }

    @Override
    public void disconnect(CloseReason reason) {
        ended.accept(reason);
    }

    /** No bytes for any delivery. */
    private enum Nothing implements WireForm {
        INSTANCE;

        @Override
        public void publication(Message message, ByteBuf out) {
            // No bytes.
        }

        @Override
        public void joined(String channel, Member member, ByteBuf out) {
            // No bytes.
        }

        @Override
        public void left(String channel, Member member, ByteBuf out) {
            // No bytes.
        }
    }
}
