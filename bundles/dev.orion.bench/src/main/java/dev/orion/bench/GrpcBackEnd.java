// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** What gRPC calls are passed on to: it sends every message back, whatever is called. */
final class GrpcBackEnd {

    private final Channel listener;

    /** Listens on a free port, on the loader's own event loops. */
    GrpcBackEnd(EventLoopGroup loops) {
        listener =
                new ServerBootstrap()
                        .group(loops)
                        .channel(Transport.forLoader().serverChannel())
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(
                                                        GrpcFrames.server(),
                                                        new Http2MultiplexHandler(new Streams()),
                                                        new GrpcFrames.Widen());
                                    }
                                })
                        .bind(InetAddress.getLoopbackAddress(), 0)
                        .syncUninterruptibly()
                        .channel();
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Sharable
    private static final class Streams extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel stream) {
            stream.pipeline().addLast(new Echo());
        }
    }

    /** One call. */
    private static final class Echo extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            if (frame instanceof Http2HeadersFrame) {
                var head = new DefaultHttp2Headers(false, 4).status("200");
                head.set("content-type", "application/grpc");
                ctx.write(new DefaultHttp2HeadersFrame(head, false));
            } else if (frame instanceof Http2DataFrame data) {
                boolean isLast = data.isEndStream();
                ctx.write(new DefaultHttp2DataFrame(data.content().retain()));
                if (isLast) {
                    var end = new DefaultHttp2Headers(false, 4).set("grpc-status", "0");
                    ctx.write(new DefaultHttp2HeadersFrame(end, true));
                }
                GrpcFrames.flushLater(ctx.channel());
            }
            ReferenceCountUtil.release(frame);
        }
    }
}
