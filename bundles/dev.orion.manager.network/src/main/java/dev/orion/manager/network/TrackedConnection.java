// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static java.util.Objects.requireNonNull;

import dev.orion.net.Endpoint;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.Set;

/** One accepted connection. */
final class TrackedConnection extends LiveConnection {

    private final Listener listener;

    // any thread
    private volatile String applicationProtocol = "";

    TrackedConnection(int number, Listener listener, Channel channel, ConnectionEvents events) {
        super(number, channel, events);
        this.listener = listener;
    }

    Listener origin() {
        return listener;
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
    public String applicationProtocol() {
        return applicationProtocol;
    }

    /** Remembers what the handshake agreed on, also for who asks when it is closed. */
    void applicationProtocol(String name) {
        applicationProtocol = requireNonNull(name, "name");
    }

    /** Over TLS with its own end before that of the socket. */
    @Override
    public boolean endOutput() {
        TlsHandler tls =
                listener.tls().isPresent() ? channel().pipeline().get(TlsHandler.class) : null;
        if (tls == null) {
            return super.endOutput();
        }
        tls.closeOutbound().addListener(sent -> super.endOutput());
        return true;
    }

    @Override
    public void operationComplete(ChannelFuture closed) {
        listener.connectionClosed(this);
    }
}
