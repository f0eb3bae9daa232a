// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A client that knows HTTP/2 and of gRPC only what a test tells it. */
final class RawPeer implements AutoCloseable {

    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel connection;

    RawPeer(int port) {
        connection =
                new Bootstrap()
                        .group(loops)
                        .channel(NioSocketChannel.class)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(
                                                        Http2FrameCodecBuilder.forClient()
                                                                .initialSettings(
                                                                        Http2Settings
                                                                                .defaultSettings())
                                                                .validateHeaders(false)
                                                                .build(),
                                                        new Http2MultiplexHandler(
                                                                new ChannelInboundHandlerAdapter()),
                                                        new RawBackEnd.Widen());
                                    }
                                })
                        .connect("127.0.0.1", port)
                        .syncUninterruptibly()
                        .channel();
    }

    static Http2Headers head(String path, String... fields) {
        Http2Headers head =
                new DefaultHttp2Headers(false)
                        .method("POST")
                        .scheme("http")
                        .authority("a")
                        .path(path)
                        .set("content-type", "application/grpc")
                        .set("te", "trailers");
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i + 1].isEmpty()) {
                head.remove(fields[i]);
            } else {
                head.set(fields[i], fields[i + 1]);
            }
        }
        return head;
    }

    Call begin(Http2Headers head, boolean isLast) {
        var call = new Call();
        call.stream =
                new Http2StreamChannelBootstrap(connection)
                        .handler(call)
                        .open()
                        .syncUninterruptibly()
                        .getNow();
        call.stream.writeAndFlush(new DefaultHttp2HeadersFrame(head, isLast));
        return call;
    }

    /** A whole call with these bytes as its request. */
    Call call(Http2Headers head, byte[] request) {
        Call call = begin(head, false);
        call.send(request, true);
        return call;
    }

    /** Ends the connection without a word. */
    void drop() {
        connection.close().syncUninterruptibly();
    }

    @Override
    public void close() {
        connection.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** One stream and what came on it. */
    static final class Call extends ChannelInboundHandlerAdapter {

        final CompletableFuture<Http2Headers> head = new CompletableFuture<>();
        final CompletableFuture<Http2Headers> end = new CompletableFuture<>();
        final CompletableFuture<Http2Error> reset = new CompletableFuture<>();
        private final ByteArrayOutputStream data = new ByteArrayOutputStream();
        Channel stream;

        void send(byte[] bytes, boolean isLast) {
            ByteBuf content = Unpooled.wrappedBuffer(bytes);
            stream.writeAndFlush(new DefaultHttp2DataFrame(content, isLast));
        }

        void reset(Http2Error error) {
            stream.writeAndFlush(new DefaultHttp2ResetFrame(error));
        }

        /** The status that ends it, as {@code 200/0}. */
        String status() throws Exception {
            Http2Headers first = head.get(10, TimeUnit.SECONDS);
            Http2Headers last = end.get(10, TimeUnit.SECONDS);
            return first.status() + "/" + last.get("grpc-status");
        }

        synchronized byte[] data() {
            return data.toByteArray();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) throws Exception {
            if (frame instanceof Http2HeadersFrame headers) {
                head.complete(headers.headers());
                if (headers.isEndStream()) {
                    end.complete(headers.headers());
                }
            } else if (frame instanceof Http2DataFrame piece) {
                synchronized (this) {
                    piece.content().readBytes(data, piece.content().readableBytes());
                }
            }
            ReferenceCountUtil.release(frame);
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
            var gone = new IllegalStateException("the stream is gone");
            head.completeExceptionally(gone);
            end.completeExceptionally(gone);
            reset.completeExceptionally(gone);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            head.completeExceptionally(cause);
        }
    }
}
