// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/**
 * One connection whose server sends back what it gets. So many requests are on their way at once;
 * an answer makes room for the next.
 *
 * <p><b>Threads:</b> {@link #begin} and {@link #stop} are called on any, the rest on its event
 * loop.
 */
abstract class EchoClient extends ChannelInboundHandlerAdapter {

    private static final int BUFFER_BYTES = 4096;

    private final int window;
    private final LongAdder done;
    private final CompletableFuture<Void> lost;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private volatile Channel channel;

    // event loop
    private ByteBuf out; // what is sent at the end of this turn; null when there is nothing
    private boolean running;
    private int underWay;
    private int answers; // of this turn
    private CompletableFuture<Void> idle = new CompletableFuture<>();

    /**
     * @param window requests on their way at once
     * @param done counts answers
     * @param lost told why the connection is of no use any more
     */
    EchoClient(int window, LongAdder done, CompletableFuture<Void> lost) {
        this.window = window;
        this.done = done;
        this.lost = lost;
    }

    /**
     * Says what has to be said before requests; when it has been answered, it is {@link #ready}.
     */
    abstract void greet();

    /** Appends requests to {@link #out}. */
    abstract void ask(int requests);

    /**
     * Finds answers. <b>Buffer:</b> borrows {@code in}.
     *
     * @throws BenchException when it is something else
     */
    abstract void look(ByteBuf in);

    /** Everything has been answered. */
    void settled() {}

    /** Completed when there can be requests. */
    CompletableFuture<Void> opened() {
        return ready;
    }

    void begin() {
        channel.eventLoop().execute(this::beginNow);
    }

    /** Asks no more. Completed when everything has been answered. */
    CompletableFuture<Void> stop() {
        var settled = new CompletableFuture<Void>();
        channel.eventLoop()
                .execute(
                        () -> {
                            running = false;
                            idle = settled;
                            checkIdle();
                        });
        return settled;
    }

    final void ready() {
        ready.complete(null);
    }

    final void answered(int requests) {
        answers += requests;
    }

    final ByteBuf out() {
        if (out == null) {
            out = channel.alloc().directBuffer(BUFFER_BYTES);
        }
        return out;
    }

    final String authority() {
        return "127.0.0.1:" + ((InetSocketAddress) channel.remoteAddress()).getPort();
    }

    final int window() {
        return window;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        greet();
        flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var in = (ByteBuf) message;
        try {
            look(in);
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        int now = answers;
        answers = 0;
        done.add(now);
        underWay -= now;
        if (running && now > 0) {
            more(now);
        }
        checkIdle();
        flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(new BenchException("a connection was lost"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause);
        ctx.close();
    }

    private void beginNow() {
        running = true;
        more(window);
        flush();
    }

    private void more(int requests) {
        underWay += requests;
        ask(requests);
    }

    private void checkIdle() {
        if (!running && underWay == 0 && !idle.isDone()) {
            settled();
            idle.complete(null);
        }
    }

    private void flush() {
        if (out != null) {
            channel.writeAndFlush(out, channel.voidPromise());
            out = null;
        }
    }

    private void fail(Throwable cause) {
        ready.completeExceptionally(cause);
        lost.completeExceptionally(cause);
    }
}
