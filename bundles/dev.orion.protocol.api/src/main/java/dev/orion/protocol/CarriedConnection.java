// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol;

import static java.util.Objects.requireNonNull;

import dev.orion.net.CloseReason;
import dev.orion.net.Endpoint;
import io.netty.channel.Channel;
import java.util.Set;

/**
 * A connection inside another, such as a stream of HTTP/2 or what a WebSocket carries.
 *
 * <p>What is said of the peer is said of the carrier. Whoever extends this says what ends: the
 * carrier, or only what is inside.
 */
public abstract class CarriedConnection implements Connection {

    private final Connection carrier;

    /**
     * Creates one.
     *
     * @param carrier the connection that this one is inside of
     */
    protected CarriedConnection(Connection carrier) {
        this.carrier = requireNonNull(carrier, "carrier");
    }

    @Override
    public String id() {
        return carrier.id();
    }

    @Override
    public Endpoint endpoint() {
        return carrier.endpoint();
    }

    @Override
    public String listener() {
        return carrier.listener();
    }

    @Override
    public Set<String> serves() {
        return carrier.serves();
    }

    @Override
    public Channel channel() {
        return carrier.channel();
    }

    @Override
    public boolean isDatagram() {
        return carrier.isDatagram();
    }

    @Override
    public String protocol() {
        return carrier.protocol();
    }

    @Override
    public void protocol(String name) {
        carrier.protocol(name);
    }

    @Override
    public void failed(Throwable cause) {
        carrier.failed(cause);
    }

    @Override
    public void defended(String limit) {
        carrier.defended(limit);
    }

    @Override
    public String applicationProtocol() {
        return carrier.applicationProtocol();
    }

    @Override
    public abstract boolean endOutput();

    @Override
    public abstract void close(CloseReason reason);
}
