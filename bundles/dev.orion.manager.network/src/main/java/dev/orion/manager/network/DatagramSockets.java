// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The sockets of listeners for datagrams: one for each event loop where the system spreads peers
 * over several sockets on one port (SO_REUSEPORT), else one.
 *
 * <p><b>Threads:</b> any.
 */
final class DatagramSockets {

    /** No datagram is longer (RFC 768, RFC 791), nor are several that come as one: none is cut. */
    private static final int MAX_DATAGRAM_BYTES = 65_535;

    /**
     * Received by one system call (recvmmsg) where several do not come as one; so many of the
     * longest have to fit in one buffer.
     */
    private static final int BATCH = 8;

    /** Receives of one turn, at whose end what they have brought goes on together. */
    private static final int RECEIVES = 16;

    /** What the system keeps until it is read, where its own limit allows it. */
    private static final int RECEIVE_BUFFER_BYTES = 1 << 20;

    /** Of the one that stands for all: done when all are closed. */
    private static final AttributeKey<Promise<Void>> ALL_CLOSED =
            AttributeKey.valueOf(DatagramSockets.class, "allClosed");

    private final EventLoops loops;
    private final Settings settings;
    private final Connections connections;
    private final Reception reception;
    private final Set<SocketKeeper> keepers = ConcurrentHashMap.newKeySet();

    DatagramSockets(
            EventLoops loops, Settings settings, Connections connections, Reception reception) {
        this.loops = loops;
        this.settings = settings;
        this.connections = connections;
        this.reception = reception;
    }

    /**
     * Binds the sockets of a listener.
     *
     * @return done when all are bound; its channel is one of them, and closes the others with
     *     itself
     */
    ChannelFuture bind(Listener listener, InetSocketAddress address) {
        List<EventLoop> all = loops.all();
        ChannelFuture first = bootstrap(listener, all.get(0)).bind(address);
        ChannelPromise done = first.channel().newPromise();
        first.addListener(
                attempt -> {
                    if (attempt.isSuccess()) {
                        List<EventLoop> others =
                                reusesPort() ? all.subList(1, all.size()) : List.of();
                        bindOthers(listener, first.channel(), others, done);
                    } else {
                        done.setFailure(attempt.cause());
                    }
                });
        return done;
    }

    /** Tries to have those served that nobody has. */
    void wake() {
        keepers.forEach(keeper -> keeper.channel().eventLoop().execute(keeper::offer));
    }

    private void bindOthers(
            Listener listener, Channel first, List<EventLoop> others, ChannelPromise done) {
        if (others.isEmpty()) {
            done.setSuccess();
            return;
        }
        var address = (InetSocketAddress) first.localAddress();
        List<Channel> bound = new ArrayList<>();
        var left = new AtomicInteger(others.size());
        for (EventLoop loop : others) {
            ChannelFuture next = bootstrap(listener, loop).bind(address);
            bound.add(next.channel());
            next.addListener(
                    attempt -> {
                        if (!attempt.isSuccess()) {
                            done.tryFailure(attempt.cause());
                            first.close();
                        } else if (left.decrementAndGet() == 0) {
                            done.trySuccess();
                        }
                    });
        }
        bound.add(first);
        closeTogether(first, bound);
    }

    /** Done when the address of a listener's socket is free again. */
    static Future<? super Void> closed(Channel socket) {
        Promise<Void> all = socket.attr(ALL_CLOSED).get();
        return all == null ? socket.closeFuture() : all;
    }

    private static void closeTogether(Channel first, List<Channel> sockets) {
        Promise<Void> all = ImmediateEventExecutor.INSTANCE.newPromise();
        first.attr(ALL_CLOSED).set(all);
        var open = new AtomicInteger(sockets.size());
        for (Channel socket : sockets) {
            socket.closeFuture()
                    .addListener(
                            closed -> {
                                if (open.decrementAndGet() == 0) {
                                    all.setSuccess(null);
                                }
                            });
        }
        first.closeFuture().addListener(closed -> sockets.forEach(Channel::close));
    }

    private Bootstrap bootstrap(Listener listener, EventLoop loop) {
        Transport transport = loops.transport();
        var bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channelFactory(transport::newDatagramChannel)
                        .option(ChannelOption.AUTO_READ, false)
                        .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, settings.waterMarks())
                        .handler(new Keeping(listener));
        if (reusesPort()) {
            bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
        }
        receiveMany(bootstrap, transport);
        return bootstrap;
    }

    /** Has a listener's socket receive several at once, in the way that the system has for it. */
    private static void receiveMany(Bootstrap bootstrap, Transport transport) {
        // Not both: Netty's recvmmsg loses where the parts of what came as one begin (#17492).
        if (transport == Transport.EPOLL && !transport.coalesces()) {
            bootstrap
                    .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, MAX_DATAGRAM_BYTES)
                    .option(ChannelOption.RECVBUF_ALLOCATOR, buffers(BATCH * MAX_DATAGRAM_BYTES));
        } else {
            receive(bootstrap, transport);
        }
    }

    /**
     * Has a socket receive with room for one datagram of any length, or for several of one peer
     * that come as one (UDP_GRO) where the system does that.
     *
     * <p>Room for more would be too much for those that there is one of for each flow.
     */
    static void receive(Bootstrap bootstrap, Transport transport) {
        bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, buffers(MAX_DATAGRAM_BYTES));
        if (transport.coalesces()) {
            bootstrap.option(EpollChannelOption.UDP_GRO, true);
        }
    }

    /** Has what is written to a socket sent by few system calls, next to it. */
    static void segmentWrites(Channel socket, Transport transport) {
        if (transport.segments()) {
            socket.pipeline().addFirst("segments", new SegmentedWrites());
        }
    }

    private static RecvByteBufAllocator buffers(int bytes) {
        return new FixedRecvByteBufAllocator(bytes).maxMessagesPerRead(RECEIVES);
    }

    private boolean reusesPort() {
        return loops.transport() != Transport.NIO;
    }

    /** Puts the keeper in a socket's pipeline. */
    private final class Keeping extends ChannelInitializer<Channel> {

        private final Listener listener;

        Keeping(Listener listener) {
            this.listener = listener;
        }

        @Override
        protected void initChannel(Channel channel) {
            var keeper = new SocketKeeper(connections.socket(listener, channel), reception);
            keepers.add(keeper);
            channel.closeFuture().addListener(closed -> keepers.remove(keeper));
            segmentWrites(channel, loops.transport());
            channel.pipeline().addLast("keeper", keeper);
        }
    }
}
