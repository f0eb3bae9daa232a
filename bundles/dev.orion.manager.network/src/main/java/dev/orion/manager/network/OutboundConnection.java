// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.net.Endpoint;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.ssl.SslHandler;

/** One connection that was opened from here. */
final class OutboundConnection extends LiveConnection {

    private final Endpoint endpoint;
    private final Connections connections;
    private volatile String applicationProtocol = "";

    OutboundConnection(
            int number,
            Endpoint endpoint,
            Channel channel,
            ConnectionEvents events,
            Connections connections) {
        super(number, channel, events);
        this.endpoint = endpoint;
        this.connections = connections;
        protocol(endpoint.protocol());
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public String listener() {
        return "";
    }

    @Override
    public String applicationProtocol() {
        return applicationProtocol;
    }

    /** Remembers what the handshake agreed on. */
    void applicationProtocol(String agreed) {
        applicationProtocol = agreed;
    }

    /** Over TLS with its own end before that of the socket. */
    @Override
    public boolean endOutput() {
        SslHandler tls = endpoint.isSecure() ? channel().pipeline().get(SslHandler.class) : null;
        if (tls == null) {
            return super.endOutput();
        }
        tls.closeOutbound().addListener(sent -> super.endOutput());
        return true;
    }

    @Override
    public void operationComplete(ChannelFuture closed) {
        connections.closed(this);
    }
}
