// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import dev.orion.net.CloseReason;
import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import io.netty.channel.Channel;
import java.util.concurrent.CompletableFuture;

/** A connection without a network manager. */
record FakeConnection(Channel channel, CompletableFuture<CloseReason> closed)
        implements Connection {

    FakeConnection(Channel channel) {
        this(channel, new CompletableFuture<>());
    }

    @Override
    public String id() {
        return "conn_00000001";
    }

    @Override
    public Endpoint endpoint() {
        return new Endpoint("tcp", "127.0.0.1", 7000);
    }

    @Override
    public String listener() {
        return "test";
    }

    @Override
    public String protocol() {
        return "tcp";
    }

    @Override
    public void protocol(String name) {
        throw new UnsupportedOperationException("not upgraded here");
    }

    @Override
    public void close(CloseReason reason) {
        closed.complete(reason);
        channel.close();
    }
}
