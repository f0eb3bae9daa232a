// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/2 connection to a back end, shared by calls.
 *
 * <p><b>Threads:</b> the event loop.
 *
 * <p><b>Ends:</b> when the back end says GOAWAY it takes no more calls and closes after the last.
 */
final class BackEndConnection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.protocol.grpc");
    private static final int MAX_CALLS = 1_000_000_000; // there are 2^30 stream ids
    private static final long PING = 0x6f72696f6eL;

    private final Connection connection;
    private final BackEnd backEnd;
    private final LoopShare loop;
    private final BackEndSettings settings;
    private final Deadline deadline = new Deadline(this::due, this::dismissed);
    private final Http2FrameCodec codec;
    private boolean ready; // its settings are there
    private boolean retired;
    private boolean pongIsDue;
    private int limit;
    private int open;
    private int opened;

    BackEndConnection(
            Connection connection, BackEnd backEnd, LoopShare loop, BackEndSettings settings) {
        this.connection = connection;
        this.backEnd = backEnd;
        this.loop = loop;
        this.settings = settings;
        this.codec =
                ClientCodec.of(
                        Http2Settings.defaultSettings()
                                .pushEnabled(false)
                                .maxHeaderListSize(settings.maxMetadataBytes())
                                .initialWindowSize(settings.windowBytes()));
    }

    void install() {
        ChannelPipeline pipeline = connection.channel().pipeline();
        pipeline.addLast("http2", codec); // bytes <-> frames
        pipeline.addLast("streams", new Http2MultiplexHandler(new NoPushes())); // -> channels
        pipeline.addLast("back end", this);
        loop.deadlines.schedule(deadline, settings.timeout().toMillis());
    }

    boolean hasRoom() {
        return !retired && open < limit;
    }

    /** Opens a stream; null where that cannot be. */
    Http2StreamChannel open(ChannelHandler handler) {
        Future<Http2StreamChannel> stream =
                new Http2StreamChannelBootstrap(connection.channel()).handler(handler).open();
        if (!stream.isSuccess()) {
            goAway();
            return null;
        }
        if (open == 0) {
            loop.deadlines.schedule(deadline, settings.ping().toMillis());
        }
        open++;
        if (++opened >= MAX_CALLS) {
            retire();
        }
        return stream.getNow();
    }

    /** A stream has ended. */
    void closed() {
        open--;
        if (open == 0 && retired) {
            connection.finish(CloseReason.CONNECTION_CLOSED);
        } else if (open == 0) {
            pongIsDue = false;
            loop.deadlines.schedule(deadline, settings.idle().toMillis());
        }
        if (!retired) {
            backEnd.hasRoom();
        }
    }

    /** Takes no more calls, and closes after the last. */
    void goAway() {
        retire();
        if (open == 0) {
            connection.finish(CloseReason.CONNECTION_CLOSED);
        }
    }

    private void retire() {
        if (!retired) {
            retired = true;
            if (ready) {
                backEnd.retired(this);
            }
        }
    }

    private void due() {
        if (!ready) {
            connection.close(CloseReason.STALE);
        } else if (open == 0) {
            goAway();
        } else if (pongIsDue) {
            connection.close(CloseReason.NO_PONG);
        } else {
            pongIsDue = true;
            connection.channel().writeAndFlush(new DefaultHttp2PingFrame(PING));
            loop.deadlines.schedule(deadline, settings.pong().toMillis());
        }
    }

    /** Nobody waits any more until calls can go over it. */
    private void dismissed() {
        if (!ready) {
            connection.close(CloseReason.SHUTDOWN);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        if (frame instanceof Http2SettingsFrame settingsFrame) {
            settings(settingsFrame.settings());
        } else if (frame instanceof Http2GoAwayFrame) {
            goAway();
        } else if (frame instanceof Http2PingFrame ping && ping.ack() && pongIsDue) {
            pongIsDue = false;
            loop.deadlines.schedule(deadline, settings.ping().toMillis());
        }
        ReferenceCountUtil.release(frame);
    }

    private void settings(Http2Settings theirs) {
        Long streams = theirs.maxConcurrentStreams();
        if (streams != null) {
            limit = (int) Math.min(settings.streams(), streams);
        } else if (!ready) {
            limit = settings.streams();
        }
        if (ready) {
            backEnd.hasRoom();
            return;
        }
        ready = true;
        widen();
        loop.deadlines.schedule(deadline, settings.idle().toMillis());
        if (!retired) {
            backEnd.ready(this);
        }
    }

    /**
     * Makes the window of the connection that of all streams: one that is not read holds no other.
     */
    private void widen() {
        long all = Math.min(Integer.MAX_VALUE, (long) settings.streams() * settings.windowBytes());
        int more = (int) all - Http2CodecUtil.DEFAULT_WINDOW_SIZE;
        if (more <= 0) {
            return;
        }
        try {
            codec.connection()
                    .local()
                    .flowController()
                    .incrementWindowSize(codec.connection().connectionStream(), more);
        } catch (Http2Exception overflow) {
            throw new IllegalStateException("window: " + all, overflow);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof GoAway) {
            goAway();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        connection.failed(cause);
        LOG.atDebug()
                .addKeyValue("connection_id", connection.id())
                .addKeyValue("reason", String.valueOf(cause.getMessage()))
                .log("Connection to a back end failed");
        if (!(cause instanceof Http2Exception)) { // else Netty says so and closes
            connection.close(CloseReason.CONNECTION_CLOSED);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        loop.deadlines.cancel(deadline);
        if (ready) {
            retire();
        } else {
            retired = true;
            backEnd.stillborn("it does not speak HTTP/2");
        }
        ctx.fireChannelInactive();
    }

    /** Nothing is asked for by pushes (RFC 9113 §8.4). */
    @Sharable
    private static final class NoPushes extends ChannelInboundHandlerAdapter {

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            Channel pushed = ctx.channel();
            pushed.close();
        }
    }
}
