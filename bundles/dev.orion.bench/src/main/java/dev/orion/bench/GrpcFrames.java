// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;

/** HTTP/2 as the bench's own ends speak it. */
final class GrpcFrames {

    private static final AttributeKey<Flush> FLUSH = AttributeKey.valueOf("bench.flush");
    private static final int CONNECTION_WINDOW = 100_000_000;

    private GrpcFrames() {}

    static Http2FrameCodec server() {
        return Http2FrameCodecBuilder.forServer()
                .initialSettings(Http2Settings.defaultSettings().maxConcurrentStreams(1000))
                .validateHeaders(false)
                .build();
    }

    static Http2FrameCodec client() {
        return Http2FrameCodecBuilder.forClient()
                .initialSettings(Http2Settings.defaultSettings().pushEnabled(false))
                .validateHeaders(false)
                .build();
    }

    /** Flushes a stream's connection at the end of the turn, once for all streams. */
    static void flushLater(Channel stream) {
        Channel connection = stream.parent();
        Flush flush = connection.attr(FLUSH).get();
        if (flush == null) {
            flush = new Flush(connection);
            connection.attr(FLUSH).set(flush);
        }
        flush.want();
    }

    /** One flush that is wanted. */
    private static final class Flush implements Runnable {

        private final Channel connection;
        private boolean wanted;

        Flush(Channel connection) {
            this.connection = connection;
        }

        void want() {
            if (!wanted) {
                wanted = true;
                connection.eventLoop().execute(this);
            }
        }

        @Override
        public void run() {
            wanted = false;
            connection.flush();
        }
    }

    /**
     * Makes the window of a connection wide, and tells when the other side has said its settings.
     */
    static final class Widen extends ChannelInboundHandlerAdapter {

        private final Runnable ready;
        private boolean done;

        Widen() {
            this(() -> {});
        }

        Widen(Runnable ready) {
            this.ready = ready;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) throws Exception {
            if (frame instanceof Http2SettingsFrame && !done) {
                done = true;
                var connection = ctx.pipeline().get(Http2FrameCodec.class).connection();
                connection
                        .local()
                        .flowController()
                        .incrementWindowSize(connection.connectionStream(), CONNECTION_WINDOW);
                ctx.flush();
                ready.run();
            }
            ReferenceCountUtil.release(frame);
        }
    }
}
