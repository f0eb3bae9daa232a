// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The limit that Orion is measured against: Netty and the bytes of the client protocol, nothing
 * else.
 *
 * <p>It knows the commands only in the very form in which the loader writes them, checks nothing,
 * and forgets nothing that it could do to be fast: one buffer per channel and turn, one write and
 * one flush per client and turn, one task per other event loop and turn.
 */
final class BareServer {

    private BareServer() {}

    /**
     * Serves until it is killed.
     *
     * @param args the transport and the number of event loops, 0 for one per processor
     */
    public static void main(String[] args) throws InterruptedException {
        long begun = ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli();
        var transport = Transport.named(args[0]);
        int count = Integer.parseInt(args[1]);
        var group =
                new MultiThreadIoEventLoopGroup(
                        count == 0 ? Runtime.getRuntime().availableProcessors() : count,
                        transport.handlers());
        var loopOfThread = loops(group);
        var server =
                new ServerBootstrap()
                        .group(group)
                        .channel(transport.serverChannel())
                        .option(ChannelOption.SO_BACKLOG, 4096)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(new BareConnection(loopOfThread.get()));
                                    }
                                })
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .sync()
                        .channel();
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        print("listening on " + port);
        print("bare Netty ready in " + (System.currentTimeMillis() - begun) + " ms");
    }

    private static FastThreadLocal<BareLoop> loops(MultiThreadIoEventLoopGroup group)
            throws InterruptedException {
        List<BareLoop> all = new ArrayList<>();
        var topics = new BareTopics(group.executorCount());
        var ofThread = new FastThreadLocal<BareLoop>();
        for (EventExecutor executor : group) {
            var loop = new BareLoop(all.size(), (EventLoop) executor, topics, all);
            all.add(loop);
            executor.submit(() -> ofThread.set(loop)).sync();
        }
        return ofThread;
    }

    @SuppressWarnings("SystemOut") // the console is this program's only output
    private static void print(String line) {
        System.out.println(line);
    }
}
