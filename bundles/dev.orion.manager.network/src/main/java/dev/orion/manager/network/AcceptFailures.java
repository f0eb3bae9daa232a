// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops accepting for a moment when it fails, as it does while the process has no file descriptor
 * left: the socket stays ready all that time, and trying at once again would spin.
 */
final class AcceptFailures extends ChannelInboundHandlerAdapter {

    static final long PAUSE_MILLIS = 500;

    private static final Logger log = LoggerFactory.getLogger("agent.network_manager");

    private final String listener;

    AcceptFailures(String listener) {
        this.listener = listener;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ChannelConfig config = ctx.channel().config();
        if (!config.isAutoRead()) {
            return; // paused and recorded already
        }
        config.setAutoRead(false);
        ctx.executor()
                .schedule(() -> config.setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        log.atError()
                .addKeyValue("listener", listener)
                .addKeyValue("reason", String.valueOf(cause.getMessage()))
                .log("Listener cannot accept");
    }
}
