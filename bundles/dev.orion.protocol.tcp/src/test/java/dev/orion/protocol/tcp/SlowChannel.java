// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;

/** A channel whose peer takes a buffer when it is told to, and nothing else. */
final class SlowChannel extends EmbeddedChannel {

    private final StringBuilder taken = new StringBuilder();
    private int allowed;

    void letOut(int buffers) {
        allowed += buffers;
        unsafe().flush();
        runPendingTasks();
    }

    String written() {
        return taken.toString();
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) {
        while (in.current() instanceof ByteBuf next && (allowed > 0 || !next.isReadable())) {
            if (next.isReadable()) {
                allowed--;
            }
            taken.append(next.toString(StandardCharsets.UTF_8));
            in.remove();
        }
    }
}
