// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.net.CloseReason;
import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.UnreachableException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One connection on its way: name, address, socket, TLS.
 *
 * <p><b>Threads:</b> the event loop that the connection is to live on.
 */
final class Attempt {

    /** An address that does not answer leaves time for the others. */
    private static final long LEAST_MILLIS = 100;

    private final DefaultConnector connector;
    private final Endpoint endpoint;
    private final EventLoop loop;
    private final Consumer<Connection> install;
    private final Promise<Connection> result;

    private long deadlineNanos;
    private ScheduledFuture<?> deadline;
    private Channel socket;

    Attempt(
            DefaultConnector connector,
            Endpoint endpoint,
            EventLoop loop,
            Consumer<Connection> install) {
        this.connector = connector;
        this.endpoint = endpoint;
        this.loop = loop;
        this.install = install;
        this.result = loop.newPromise();
    }

    Future<Connection> result() {
        return result;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    DefaultConnector connector() {
        return connector;
    }

    void begin() {
        long millis = connector.settings().connectTimeout().toMillis();
        deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        deadline = loop.schedule(() -> failed("timed out"), millis, TimeUnit.MILLISECONDS);
        result.addListener(done -> ended());
        connector
                .names()
                .addresses(endpoint.host(), loop)
                .addListener(
                        (Future<List<InetAddress>> found) -> {
                            if (found.isSuccess()) {
                                tryOne(found.getNow(), 0);
                            } else {
                                failed(Unreachable.reason(found.cause()));
                            }
                        });
    }

    /** The socket is open; TLS has a time limit of its own. */
    void connected() {
        deadline.cancel(false);
    }

    /**
     * The connection can be used: installs the caller's handlers and says so.
     *
     * @return whether somebody still wants it; it is closed else
     */
    boolean ready(OutboundConnection connection) {
        if (!result.setUncancellable()) {
            return false; // whoever ended it has closed it
        }
        try {
            install.accept(connection);
        } catch (RuntimeException broken) {
            result.tryFailure(broken);
            connection.close(CloseReason.INTERNAL_ERROR);
            return false;
        }
        result.trySuccess(connection);
        return true;
    }

    void failed(String reason) {
        result.tryFailure(new UnreachableException(endpoint, reason));
    }

    private void tryOne(List<InetAddress> addresses, int place) {
        if (result.isDone()) {
            return;
        }
        int left = addresses.size() - place;
        long remaining = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        long share = Math.max(LEAST_MILLIS, remaining / left);
        ChannelFuture opening =
                connector
                        .bootstrap(endpoint, loop, (int) share)
                        .handler(new Opening(this))
                        .connect(new InetSocketAddress(addresses.get(place), endpoint.port()));
        socket = opening.channel();
        opening.addListener(
                done -> {
                    if (done.isSuccess()) {
                        return; // the handler goes on
                    }
                    if (left > 1) {
                        tryOne(addresses, place + 1);
                    } else {
                        failed(Unreachable.reason(done.cause()));
                    }
                });
    }

    private void ended() {
        deadline.cancel(false);
        if (!result.isSuccess() && socket != null) {
            socket.close();
        }
    }
}
