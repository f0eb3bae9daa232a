// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A back end that does to each call what a test says. */
final class RawBackEnd implements AutoCloseable {

    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listener;
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger ended = new AtomicInteger();
    final AtomicInteger pings = new AtomicInteger();
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final LinkedBlockingQueue<Call> calls = new LinkedBlockingQueue<>();

    RawBackEnd(Http2Settings settings) {
        this(settings, 0);
    }

    RawBackEnd(Http2Settings settings, int port) {
        listener =
                new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        connections.incrementAndGet();
                                        open.add(channel);
                                        channel.closeFuture()
                                                .addListener(gone -> ended.incrementAndGet());
                                        channel.pipeline()
                                                .addLast(
                                                        Http2FrameCodecBuilder.forServer()
                                                                .initialSettings(settings)
                                                                .decoupleCloseAndGoAway(true)
                                                                .build(),
                                                        new Http2MultiplexHandler(new EachStream()),
                                                        new Pings(),
                                                        new Widen());
                                    }
                                })
                        .bind(InetAddress.getLoopbackAddress(), port)
                        .syncUninterruptibly()
                        .channel();
    }

    /** Has the connection's window hold no stream because of another. */
    static final class Widen extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) throws Exception {
            if (frame instanceof Http2SettingsFrame) {
                var connection = ctx.pipeline().get(Http2FrameCodec.class).connection();
                connection
                        .local()
                        .flowController()
                        .incrementWindowSize(connection.connectionStream(), 100_000_000);
                ctx.flush();
            }
            ReferenceCountUtil.release(frame);
        }
    }

    private final class Pings extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            if (frame instanceof Http2PingFrame ping && !ping.ack()) {
                pings.incrementAndGet();
            }
            ctx.fireChannelRead(frame);
        }
    }

    @Sharable
    private final class EachStream extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel stream) {
            stream.pipeline().addLast(new Call(stream));
        }
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** The next call that has come. */
    Call next() throws InterruptedException {
        Call call = calls.poll(10, TimeUnit.SECONDS);
        if (call == null) {
            throw new AssertionError("no call has come");
        }
        return call;
    }

    boolean isQuiet() {
        return calls.isEmpty();
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        open.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** One call. */
    final class Call extends ChannelInboundHandlerAdapter {

        final Channel stream;
        final CompletableFuture<byte[]> request = new CompletableFuture<>();
        final CompletableFuture<Http2Error> reset = new CompletableFuture<>();
        final CompletableFuture<Void> gone = new CompletableFuture<>();
        volatile Http2Headers head;
        private final ByteArrayOutputStream data = new ByteArrayOutputStream();

        Call(Channel stream) {
            this.stream = stream;
        }

        synchronized int received() {
            return data.size();
        }

        void head() {
            stream.writeAndFlush(
                    new DefaultHttp2HeadersFrame(
                            new DefaultHttp2Headers()
                                    .status("200")
                                    .set("content-type", "application/grpc"),
                            false));
        }

        void data(byte[] bytes) {
            stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(bytes)));
        }

        void end(String status) {
            stream.writeAndFlush(
                    new DefaultHttp2HeadersFrame(
                            new DefaultHttp2Headers().set("grpc-status", status), true));
        }

        void only(String status) {
            stream.writeAndFlush(
                    new DefaultHttp2HeadersFrame(
                            new DefaultHttp2Headers()
                                    .status("200")
                                    .set("content-type", "application/grpc")
                                    .set("grpc-status", status),
                            true));
        }

        void resets(Http2Error error) {
            stream.writeAndFlush(new DefaultHttp2ResetFrame(error));
        }

        /** Says that no call of this connection has been looked at. */
        void goAwayUntouched() {
            goAway(1);
        }

        /** Says that this call is the last of its connection that is looked at. */
        void goAwayBehind() {
            goAway(((Http2StreamChannel) stream).stream().id());
        }

        private void goAway(int last) {
            Channel connection = stream.parent();
            var codec = connection.pipeline().get(Http2FrameCodec.class);
            var frames = connection.pipeline().context(codec);
            connection
                    .eventLoop()
                    .execute(
                            () -> {
                                codec.goAway(
                                        frames,
                                        last,
                                        0,
                                        Unpooled.EMPTY_BUFFER,
                                        frames.newPromise());
                                frames.flush();
                            });
        }

        /** What may still be sent on this stream. */
        int window() {
            Http2Connection connection =
                    stream.parent().pipeline().get(Http2FrameCodec.class).connection();
            int id = ((Http2StreamChannel) stream).stream().id();
            return stream.eventLoop()
                    .submit(
                            () ->
                                    connection
                                            .remote()
                                            .flowController()
                                            .windowSize(connection.stream(id)))
                    .syncUninterruptibly()
                    .getNow();
        }

        /** Has nothing read of this connection any more. */
        void muteConnection() {
            stream.parent().config().setAutoRead(false);
        }

        void dropConnection() {
            stream.parent().close();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) throws Exception {
            boolean isLast = false;
            if (frame instanceof Http2HeadersFrame headers) {
                head = headers.headers();
                calls.add(this);
                isLast = headers.isEndStream();
            } else if (frame instanceof Http2DataFrame piece) {
                synchronized (this) {
                    piece.content().readBytes(data, piece.content().readableBytes());
                }
                isLast = piece.isEndStream();
            }
            ReferenceCountUtil.release(frame);
            if (isLast) {
                request.complete(data.toByteArray());
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2ResetFrame frame) {
                reset.complete(Http2Error.valueOf(frame.errorCode()));
            }
            ReferenceCountUtil.release(event);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            gone.complete(null);
        }
    }
}
