// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that all sockets live on, named {@code orion-io-N}. */
final class EventLoops implements AutoCloseable {

    private static final long END_SECONDS = 2;

    private final Transport transport;
    private final int size;
    private final EventLoopGroup group;

    EventLoops(Transport transport, int size) {
        this.transport = transport;
        this.size = size;
        var number = new AtomicInteger();
        ThreadFactory threads =
                task -> new FastThreadLocalThread(task, "orion-io-" + number.getAndIncrement());
        this.group = new MultiThreadIoEventLoopGroup(size, threads, transport.ioHandlers());
    }

    Transport transport() {
        return transport;
    }

    EventLoopGroup group() {
        return group;
    }

    List<EventLoop> all() {
        var all = new ArrayList<EventLoop>();
        group.forEach(loop -> all.add((EventLoop) loop));
        return all;
    }

    EventLoop next() {
        return group.next();
    }

    /** Ends the threads and returns when they have ended, or after a bounded moment. */
    @Override
    public void close() {
        group.shutdownGracefully(0, END_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(END_SECONDS + 1, TimeUnit.SECONDS);
    }

    @Override
    public String toString() {
        return transport.label() + ", " + size + (size == 1 ? " event loop" : " event loops");
    }
}
