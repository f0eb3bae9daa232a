// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Connector;
import dev.orion.protocol.UnreachableException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.util.concurrent.Future;
import java.util.function.Consumer;

/** Opens connections on the event loops of the network manager, until it is closed. */
final class DefaultConnector implements Connector, AutoCloseable {

    private final OutboundSettings settings;
    private final Transport transport;
    private final Connections connections;
    private final OutboundTls tls;
    private final Names names;
    private final Bootstrap streams;
    private final Bootstrap datagrams;
    private volatile boolean closed;

    DefaultConnector(Settings settings, Connections connections, SharedTls shared, Names names) {
        this.settings = settings.outbound();
        this.transport = settings.transport();
        this.connections = connections;
        this.names = names;
        this.tls = new OutboundTls(settings.outbound().trust(), shared);
        this.streams =
                new Bootstrap()
                        .channelFactory(transport::newChannel)
                        .disableResolver()
                        .option(ChannelOption.AUTO_READ, false)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true)
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, settings.waterMarks());
        this.datagrams =
                new Bootstrap()
                        .channelFactory(transport::newDatagramChannel)
                        .disableResolver()
                        .option(ChannelOption.AUTO_READ, false)
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, settings.waterMarks());
        DatagramSockets.receive(datagrams, transport);
    }

    @Override
    public Future<Connection> connect(
            Endpoint endpoint, EventLoop loop, Consumer<Connection> install) {
        if (closed) {
            return loop.newFailedFuture(
                    new UnreachableException(endpoint, "the process is about to end"));
        }
        var attempt = new Attempt(this, endpoint, loop, install);
        if (loop.inEventLoop()) {
            attempt.begin();
        } else {
            loop.execute(attempt::begin);
        }
        return attempt.result();
    }

    /** Opens nothing from now on. */
    @Override
    public void close() {
        closed = true;
        names.close();
    }

    OutboundSettings settings() {
        return settings;
    }

    Connections connections() {
        return connections;
    }

    OutboundTls tls() {
        return tls;
    }

    Names names() {
        return names;
    }

    /** Adds what belongs in the pipeline of a socket that has just been connected. */
    void prepare(Channel socket) {
        if (socket instanceof DatagramChannel) {
            DatagramSockets.segmentWrites(socket, transport);
        }
    }

    /** For one socket on that loop, with so long until it is connected. */
    Bootstrap bootstrap(Endpoint endpoint, EventLoop loop, int timeoutMillis) {
        return ListenerSettings.isForDatagrams(endpoint)
                ? datagrams.clone(loop)
                : streams.clone(loop).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis);
    }
}
