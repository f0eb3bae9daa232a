// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The clients' end: two event loops that open connections to servers on this machine. */
final class Loader implements AutoCloseable {

    static final int LOOPS = 2;

    private static final int OPENING_AT_ONCE = 100;

    /**
     * Handshakes wait for processors: more of them at once are not done sooner, and on a busy
     * machine the last are not done in the time that a server gives them.
     */
    private static final int SHAKING_HANDS_AT_ONCE = 8;

    private static final int OPEN_SECONDS = 60;

    private final MultiThreadIoEventLoopGroup group;
    private final List<EventLoop> loops = new ArrayList<>();
    private GrpcBackEnd backEnd; // null until somebody asks

    Loader() {
        group = new MultiThreadIoEventLoopGroup(LOOPS, Transport.forLoader().handlers());
        for (EventExecutor loop : group) {
            loops.add((EventLoop) loop);
        }
    }

    /** The port of a service that gRPC calls are passed on to; it begins when it is asked for. */
    int grpcBackEnd() {
        if (backEnd == null) {
            backEnd = new GrpcBackEnd(group);
        }
        return backEnd.port();
    }

    EventLoop loop(int index) {
        return loops.get(index);
    }

    /**
     * Opens a client.
     *
     * @param loop the index of its event loop
     */
    CompletableFuture<Channel> open(int loop, Wire wire, Client client) {
        new Bootstrap()
                .group(loops.get(loop))
                .channel(Transport.forLoader().channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                wire.tls()
                                        .map(tls -> tls.handler(channel.alloc()))
                                        .ifPresent(channel.pipeline()::addLast);
                                channel.pipeline().addLast("open", wire.opening(client));
                            }
                        })
                .connect(InetAddress.getLoopbackAddress(), client.port())
                .addListener(
                        connected -> {
                            if (!connected.isSuccess()) {
                                client.opened().completeExceptionally(connected.cause());
                            }
                        });
        return client.opened();
    }

    /**
     * Runs the openings, some at once, and returns their channels in the same order.
     *
     * @param wire what they speak
     */
    List<Channel> all(Wire wire, List<Supplier<CompletableFuture<Channel>>> openings) {
        var opening =
                new Semaphore(wire.tls().isPresent() ? SHAKING_HANDS_AT_ONCE : OPENING_AT_ONCE);
        List<CompletableFuture<Channel>> begun = new ArrayList<>(openings.size());
        for (Supplier<CompletableFuture<Channel>> next : openings) {
            opening.acquireUninterruptibly();
            CompletableFuture<Channel> one = next.get();
            one.whenComplete((channel, failure) -> opening.release());
            begun.add(one);
            if (one.isCompletedExceptionally()) {
                break;
            }
        }
        await(CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new)), OPEN_SECONDS);
        return begun.stream().map(CompletableFuture::join).toList();
    }

    /** Waits, and says in one line why it did not come to be. */
    static <T> T await(CompletableFuture<T> future, long seconds) {
        try {
            return future.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new BenchException(failed.getCause().getMessage(), failed.getCause());
        } catch (TimeoutException late) {
            throw new BenchException("nothing happened for " + seconds + " s", late);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new CompletionException(stop);
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
