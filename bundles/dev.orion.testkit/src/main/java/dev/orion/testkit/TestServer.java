// SPDX-License-Identifier: Apache-2.0
package dev.orion.testkit;

import dev.orion.protocol.Protocol;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * A listener on a free port of loopback that gives every connection to one protocol.
 *
 * <p><b>Ends:</b> closing it closes the connections and waits for the event loops.
 */
public final class TestServer implements AutoCloseable {

    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final Queue<TestConnection> connections = new ConcurrentLinkedQueue<>();
    private final Channel listener;

    /** Listens for connections that speak {@code name}. */
    public TestServer(String name, Protocol protocol) {
        var accept =
                new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        var connection = new TestConnection(channel, name);
                        connections.add(connection);
                        protocol.serve(connection);
                    }
                };
        listener =
                new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(accept)
                        .bind(InetAddress.getLoopbackAddress(), 0)
                        .syncUninterruptibly()
                        .channel();
    }

    /** The port it listens on. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** The connections that it has accepted, oldest first. */
    public Queue<TestConnection> connections() {
        return connections;
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        // Loops that end without a quiet period may leave channels open behind them (Netty 4.2).
        connections.forEach(connection -> connection.channel().close().syncUninterruptibly());
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
