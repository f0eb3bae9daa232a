// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.protocol.GoAway;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;

/**
 * One stream of an HTTP/2 connection whose frames somebody else reads and writes.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class Http2Frames extends ChannelDuplexHandler implements Http2Connection.Stream {

    private final Http2Connection http;
    private ChannelHandlerContext ctx;
    private Ring.Place<Http2Connection.Stream> place;

    Http2Frames(Http2Connection http) {
        this.http = http;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
        place = http.opened(this);
    }

    @Override
    public void goAway(GoAway event) {
        ctx.fireUserEventTriggered(event);
    }

    /** Netty keeps the channel open for as long as there is something in it that is not read. */
    @Override
    public void cut() {
        ctx.channel().close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        http.closed(place);
        context.fireChannelInactive();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        http.wrote();
        if (message instanceof ByteBuf bytes) {
            context.write(new DefaultHttp2DataFrame(bytes), promise);
        } else {
            context.write(message, promise);
        }
    }
}
