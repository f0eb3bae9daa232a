// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static java.util.Objects.requireNonNull;

import dev.orion.net.Endpoint;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.Set;

/** One socket of a listener for datagrams, in the form in which protocols are given everything. */
final class DatagramSocketConnection extends LiveConnection {

    private final Listener listener;

    DatagramSocketConnection(
            int number, Listener listener, Channel channel, ConnectionEvents events) {
        super(number, channel, events);
        this.listener = listener;
    }

    @Override
    public Endpoint endpoint() {
        return listener.endpoint();
    }

    @Override
    public String listener() {
        return listener.name();
    }

    @Override
    public Set<String> serves() {
        return listener.settings().serves();
    }

    @Override
    public void defended(String limit) {
        listener.countDefence(requireNonNull(limit, "limit"));
    }

    @Override
    public boolean isDatagram() {
        return true;
    }

    @Override
    public boolean endOutput() {
        return false;
    }

    @Override
    public void operationComplete(ChannelFuture closed) {
        // it counts nowhere
    }
}
