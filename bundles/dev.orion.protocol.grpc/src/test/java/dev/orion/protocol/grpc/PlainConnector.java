// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Connector;
import dev.orion.protocol.Reading;
import dev.orion.protocol.UnreachableException;
import dev.orion.testkit.TestConnection;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** Opens TCP connections as the network manager does, and remembers them. */
final class PlainConnector implements Connector {

    final Queue<TestConnection> opened = new ConcurrentLinkedQueue<>();

    @Override
    public Future<Connection> connect(
            Endpoint endpoint, EventLoop loop, Consumer<Connection> install) {
        Promise<Connection> result = loop.newPromise();
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                var connection = new TestConnection(channel, "grpc", endpoint);
                                opened.add(connection);
                                Reading.pause(channel);
                                install.accept(connection);
                            }
                        })
                .connect(endpoint.host(), endpoint.port())
                .addListener(
                        (ChannelFuture done) -> {
                            if (done.isSuccess()) {
                                result.setSuccess(opened.peek() == null ? null : last());
                            } else {
                                result.setFailure(
                                        new UnreachableException(endpoint, "connection refused"));
                            }
                        });
        return result;
    }

    private Connection last() {
        Connection last = null;
        for (Connection one : opened) {
            last = one;
        }
        return last;
    }
}
