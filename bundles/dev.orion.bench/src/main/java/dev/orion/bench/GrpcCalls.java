// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers of a service behind a proxy, each with so many calls at once over one connection. A unit
 * of work is a call, or where a call goes on for ever a message that has come back.
 */
final class GrpcCalls implements Work {

    private static final int OPEN_SECONDS = 30;
    private static final int WARM_UP_UNITS = 200_000;
    private static final int WARM_UP_SECONDS = 60;
    private static final int PREFIX_BYTES = 5;

    private final Loader loader;
    private final int connections;
    private final int window;
    private final int messageBytes;
    private final boolean streams;
    private final List<Caller> callers = new ArrayList<>();
    private final LongAdder done = new LongAdder();
    private final CompletableFuture<Void> lost = new CompletableFuture<>();
    private volatile boolean running;

    /**
     * @param window calls at once over each connection
     * @param streams whether each of them sends the next message when one has come back, and does
     *     not end
     */
    GrpcCalls(Loader loader, int connections, int window, int messageBytes, boolean streams) {
        this.loader = loader;
        this.connections = connections;
        this.window = window;
        this.messageBytes = messageBytes;
        this.streams = streams;
    }

    @Override
    public void open(int port) {
        List<CompletableFuture<Void>> opened = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            var caller = new Caller();
            callers.add(caller);
            opened.add(caller.open(i % Loader.LOOPS, port));
        }
        Loader.await(
                CompletableFuture.allOf(opened.toArray(CompletableFuture[]::new)), OPEN_SECONDS);
        warmUp();
    }

    /** HTTP/2 on both sides is much code: compilers are done with it later than with a frame. */
    private void warmUp() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WARM_UP_SECONDS);
        begin();
        while (done() < WARM_UP_UNITS && System.nanoTime() < end && !lost.isDone()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        end();
    }

    @Override
    public void begin() {
        running = true;
        callers.forEach(caller -> caller.channel.eventLoop().execute(caller::begin));
    }

    @Override
    public void end() {
        running = false;
        for (Caller caller : callers) {
            while (caller.busy.get() > 0 && !lost.isDone()) {
                caller.channel.eventLoop().submit(() -> {}).syncUninterruptibly();
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public long done() {
        return done.sum();
    }

    @Override
    public double[] figures(double perSecond) {
        return new double[] {perSecond};
    }

    @Override
    public CompletableFuture<Void> lost() {
        return lost;
    }

    @Override
    public void close() {
        running = false;
        callers.forEach(caller -> caller.channel.close().awaitUninterruptibly());
    }

    private ByteBuf message() {
        return Unpooled.buffer(PREFIX_BYTES + messageBytes)
                .writeByte(0)
                .writeInt(messageBytes)
                .writeZero(messageBytes);
    }

    /** One connection. */
    private final class Caller {

        private Channel channel;
        private final AtomicInteger busy = new AtomicInteger(); // calls, of its event loop
        private final List<Call> waiting = new ArrayList<>();

        CompletableFuture<Void> open(int loop, int port) {
            var opened = new CompletableFuture<Void>();
            channel =
                    new Bootstrap()
                            .group(loader.loop(loop))
                            .channel(Transport.forLoader().channel())
                            .handler(
                                    new ChannelInitializer<Channel>() {
                                        @Override
                                        protected void initChannel(Channel made) {
                                            made.pipeline()
                                                    .addLast(
                                                            GrpcFrames.client(),
                                                            new Http2MultiplexHandler(
                                                                    new ChannelInboundHandlerAdapter()),
                                                            new GrpcFrames.Widen(
                                                                    () -> opened.complete(null)));
                                        }
                                    })
                            .connect(InetAddress.getLoopbackAddress(), port)
                            .syncUninterruptibly()
                            .channel();
            channel.closeFuture()
                    .addListener(
                            gone -> {
                                var failure = new BenchException("a connection was closed");
                                opened.completeExceptionally(failure);
                                lost.completeExceptionally(failure);
                            });
            return opened;
        }

        void begin() {
            if (waiting.isEmpty()) {
                for (int i = 0; i < window; i++) {
                    call();
                }
                return;
            }
            List<Call> again = List.copyOf(waiting);
            waiting.clear();
            again.forEach(Call::next);
        }

        private void call() {
            busy.incrementAndGet();
            var call = new Call(this);
            var stream = new Http2StreamChannelBootstrap(channel).handler(call).open().getNow();
            Http2Headers head =
                    new DefaultHttp2Headers(false)
                            .method("POST")
                            .scheme("http")
                            .authority("bench")
                            .path("/bench.Echo/Echo")
                            .set("content-type", "application/grpc")
                            .set("te", "trailers")
                            .set("user-agent", "bench");
            stream.write(new DefaultHttp2HeadersFrame(head));
            stream.write(new DefaultHttp2DataFrame(message(), !streams));
            GrpcFrames.flushLater(stream);
        }

        private void over() {
            busy.decrementAndGet();
            if (running) {
                call();
            }
        }
    }

    /** One call. */
    private final class Call extends ChannelInboundHandlerAdapter {

        private final Caller caller;
        private Channel stream;
        private int missing;

        Call(Caller caller) {
            this.caller = caller;
            this.missing = PREFIX_BYTES + messageBytes;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            stream = ctx.channel();
        }

        void next() {
            caller.busy.incrementAndGet();
            stream.write(new DefaultHttp2DataFrame(message(), false));
            GrpcFrames.flushLater(stream);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            if (frame instanceof Http2HeadersFrame headers && headers.isEndStream()) {
                ended(headers.headers());
            } else if (streams && frame instanceof Http2DataFrame data) {
                arrived(data.content().readableBytes());
            }
            ReferenceCountUtil.release(frame);
        }

        private void ended(Http2Headers trailers) {
            if (!"0".contentEquals(String.valueOf(trailers.get("grpc-status")))) {
                lost.completeExceptionally(new BenchException("a call ended with " + trailers));
                return;
            }
            done.increment();
            caller.over();
        }

        private void arrived(int bytes) {
            missing -= bytes;
            if (missing > 0) {
                return;
            }
            missing = PREFIX_BYTES + messageBytes;
            done.increment();
            caller.busy.decrementAndGet();
            if (running) {
                next();
            } else {
                caller.waiting.add(this);
            }
        }
    }
}
