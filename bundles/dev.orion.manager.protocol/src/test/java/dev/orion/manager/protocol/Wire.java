// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orion.net.CloseReason;
import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.ProtocolManager;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A listening socket with two event loops that gives its connections to a protocol manager. */
final class Wire implements AutoCloseable {

    /** Why connections were closed by the server, in that order. */
    final Queue<CloseReason> closed = new ConcurrentLinkedQueue<>();

    final Queue<Connection> refused = new ConcurrentLinkedQueue<>();
    final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

    private final Channel server;

    Wire(String scheme, ProtocolManager manager) {
        server =
                new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        var connection = new WireConnection(scheme, channel);
                                        if (!manager.serve(connection)) {
                                            refused.add(connection);
                                            channel.close();
                                        }
                                    }
                                })
                        .bind(InetAddress.getLoopbackAddress(), 0)
                        .syncUninterruptibly()
                        .channel();
    }

    Peer connect() throws IOException {
        return new Peer(((InetSocketAddress) server.localAddress()).getPort());
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class WireConnection implements Connection {

        private final Endpoint endpoint;
        private final Channel channel;
        private volatile String protocol;

        WireConnection(String scheme, Channel channel) {
            this.protocol = scheme;
            this.endpoint = new Endpoint(scheme, "127.0.0.1", 1);
            this.channel = channel;
        }

        @Override
        public String id() {
            return "conn_00000001";
        }

        @Override
        public Endpoint endpoint() {
            return endpoint;
        }

        @Override
        public String listener() {
            return "wire";
        }

        @Override
        public Channel channel() {
            return channel;
        }

        @Override
        public String protocol() {
            return protocol;
        }

        @Override
        public void protocol(String name) {
            protocol = name;
        }

        @Override
        public void close(CloseReason reason) {
            if (channel.isOpen()) {
                closed.add(reason);
                channel.close();
            }
        }
    }

    /** A client that sends and reads lines; what it waits for comes within ten seconds. */
    static final class Peer implements AutoCloseable {

        private final Socket socket;
        private final BufferedReader in;

        Peer(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(10_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        }

        String ask(String line) throws IOException {
            socket.getOutputStream().write((line + "\n").getBytes(UTF_8));
            return line();
        }

        /** The next line; null at the end. */
        String line() throws IOException {
            try {
                return in.readLine();
            } catch (SocketException reset) {
                return null;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
