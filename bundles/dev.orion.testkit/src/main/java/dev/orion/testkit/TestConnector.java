// SPDX-License-Identifier: Apache-2.0
package dev.orion.testkit;

import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Connector;
import dev.orion.protocol.Reading;
import dev.orion.protocol.UnreachableException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** Opens plain connections from event loops of NIO, and remembers them. */
public final class TestConnector implements Connector {

    private final Queue<TestConnection> connections = new ConcurrentLinkedQueue<>();

    @Override
    public Future<Connection> connect(
            Endpoint endpoint, EventLoop loop, Consumer<Connection> install) {
        Promise<Connection> result = loop.newPromise();
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .handler(new Opening(endpoint, install, result))
                .connect(endpoint.host(), endpoint.port())
                .addListener(
                        done -> {
                            if (!done.isSuccess()) {
                                result.tryFailure(
                                        new UnreachableException(endpoint, "connection refused"));
                            }
                        });
        return result;
    }

    /** What it has opened, oldest first. */
    public Queue<TestConnection> connections() {
        return connections;
    }

    private final class Opening extends ChannelInboundHandlerAdapter {

        private final Endpoint endpoint;
        private final Consumer<Connection> install;
        private final Promise<Connection> result;

        Opening(Endpoint endpoint, Consumer<Connection> install, Promise<Connection> result) {
            this.endpoint = endpoint;
            this.install = install;
            this.result = result;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            Channel channel = ctx.channel();
            if (!result.setUncancellable()) {
                channel.close();
                return;
            }
            Reading.pause(channel);
            var connection = new TestConnection(channel, endpoint.protocol(), endpoint);
            connections.add(connection);
            install.accept(connection);
            result.setSuccess(connection);
            ctx.fireChannelActive();
            ctx.pipeline().remove(this);
        }
    }
}
