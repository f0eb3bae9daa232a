// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** How every bare server begins: loops, a free port of loopback, and the lines that tell of it. */
final class BareStart {

    private static final int BACKLOG = 4096;

    private final Transport transport;
    private final MultiThreadIoEventLoopGroup group;

    private BareStart(Transport transport, MultiThreadIoEventLoopGroup group) {
        this.transport = transport;
        this.group = group;
    }

    /**
     * Makes the loops.
     *
     * @param transport its name
     * @param loops how many, 0 for one per processor
     */
    static BareStart of(String transport, String loops) {
        Transport named = Transport.named(transport);
        int count = Integer.parseInt(loops);
        return new BareStart(
                named,
                new MultiThreadIoEventLoopGroup(
                        count == 0 ? Runtime.getRuntime().availableProcessors() : count,
                        named.handlers()));
    }

    Transport transport() {
        return transport;
    }

    MultiThreadIoEventLoopGroup group() {
        return group;
    }

    /**
     * Listens; each connection is handed to {@code install} before it is read. Returns the port.
     */
    int listen(Consumer<Channel> install) {
        Channel server =
                new ServerBootstrap()
                        .group(group)
                        .channel(transport.serverChannel())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        install.accept(channel);
                                    }
                                })
                        .bind(InetAddress.getLoopbackAddress(), 0)
                        .syncUninterruptibly()
                        .channel();
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** Says where, and that it is ready. */
    static void ready(int port) {
        long begun = ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli();
        Match.print("listening on " + port);
        Match.print("bare Netty ready in " + (System.currentTimeMillis() - begun) + " ms");
    }
}
