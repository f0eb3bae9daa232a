// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The limit that Orion's pass-through of gRPC is measured against: Netty's HTTP/2 on both sides,
 * frames from one to the other, one connection to the back end for each event loop, and nothing
 * that could go wrong.
 */
final class BareProxy {

    private static final Map<EventLoop, Channel> BACK_ENDS = new ConcurrentHashMap<>();

    private BareProxy() {}

    /**
     * Serves until it is killed.
     *
     * @param args the transport, the number of event loops, 0 for one per processor, and the back
     *     end's port
     */
    public static void main(String[] args) throws InterruptedException {
        var start = BareStart.of(args[0], args[1]);
        for (var loop : start.group()) {
            BACK_ENDS.put((EventLoop) loop, connect((EventLoop) loop, start.transport(), args[2]));
        }
        BareStart.ready(
                start.listen(
                        channel ->
                                channel.pipeline()
                                        .addLast(
                                                GrpcFrames.server(),
                                                new Http2MultiplexHandler(new Fronts()),
                                                new GrpcFrames.Widen())));
    }

    private static Channel connect(EventLoop loop, Transport transport, String port)
            throws InterruptedException {
        return new Bootstrap()
                .group(loop)
                .channel(transport.channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline()
                                        .addLast(
                                                GrpcFrames.client(),
                                                new Http2MultiplexHandler(
                                                        new ChannelInboundHandlerAdapter()),
                                                new GrpcFrames.Widen());
                            }
                        })
                .connect(InetAddress.getLoopbackAddress(), Integer.parseInt(port))
                .sync()
                .channel();
    }

    @Sharable
    private static final class Fronts extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel front) {
            var ofFront = new Side();
            var ofBack = new Side();
            ofBack.other = front;
            ofFront.other =
                    new Http2StreamChannelBootstrap(BACK_ENDS.get(front.eventLoop()))
                            .handler(ofBack)
                            .open()
                            .getNow();
            front.pipeline().addLast(ofFront);
        }
    }

    /** One side of a call. */
    private static final class Side extends ChannelInboundHandlerAdapter {

        private Channel other;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            if (frame instanceof Http2HeadersFrame head) {
                other.write(
                        new DefaultHttp2HeadersFrame(head.headers(), head.isEndStream()),
                        other.voidPromise());
            } else if (frame instanceof Http2DataFrame data) {
                other.write(
                        new DefaultHttp2DataFrame(data.content(), data.isEndStream()),
                        other.voidPromise());
            } else {
                ReferenceCountUtil.release(frame);
                return;
            }
            GrpcFrames.flushLater(other);
        }
    }
}
