// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import static java.util.Objects.requireNonNull;

import dev.orion.message.Message;
import dev.orion.net.CloseReason;
import dev.orion.realtime.Member;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.function.Consumer;

/**
 * The outlet of a client that only speaks: what is meant for it goes nowhere.
 *
 * @param channel of whoever speaks; nothing but empty buffers is written to it
 * @param ended is told when the server ends the client
 */
public record SilentOutlet(Channel channel, Consumer<CloseReason> ended) implements Outlet {

    public SilentOutlet {
        requireNonNull(channel, "channel");
        requireNonNull(ended, "ended");
    }

    @Override
    public WireForm wireForm() {
        return Silence.SHARED;
    }

    @Override
    public void subscribed(String channel, Subscribed position) {
        // nobody is told
    }

    @Override
    public void unsubscribed(String channel) {
        // nobody is told
    }

    @Override
    public void disconnect(CloseReason reason) {
        ended.accept(reason);
    }

    /** Writes nothing. */
    private enum Silence implements WireForm {
        SHARED;

        @Override
        public void publication(Message message, ByteBuf out) {
            // nobody is told
        }

        @Override
        public void joined(String channel, Member member, ByteBuf out) {
            // nobody is told
        }

        @Override
        public void left(String channel, Member member, ByteBuf out) {
            // nobody is told
        }
    }
}
