// SPDX-License-Identifier: Apache-2.0
package dev.orion.testkit;

import static java.util.Objects.requireNonNull;

import dev.orion.net.CloseReason;
import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A connection around any channel, which remembers what was done to it.
 *
 * <p><b>Threads:</b> as {@link Connection} says; what is remembered may be read on any.
 */
public final class TestConnection implements Connection {

    private final Channel channel;
    private final Endpoint endpoint;
    private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    private volatile String protocol;
    private volatile Set<String> serves = PUBLIC;
    private volatile String applicationProtocol = "";
    private final List<String> defences = new CopyOnWriteArrayList<>();

    /** A connection of the listener {@code test} on loopback. */
    public TestConnection(Channel channel, String protocol) {
        this(channel, protocol, new Endpoint(protocol, "127.0.0.1", portOf(channel)));
    }

    /** A connection that a listener on {@code endpoint} has accepted. */
    public TestConnection(Channel channel, String protocol, Endpoint endpoint) {
        this.channel = requireNonNull(channel, "channel");
        this.protocol = requireNonNull(protocol, "protocol");
        this.endpoint = requireNonNull(endpoint, "endpoint");
        channel.closeFuture().addListener(gone -> closed.complete(CloseReason.CONNECTION_CLOSED));
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
        return "test";
    }

    @Override
    public Set<String> serves() {
        return serves;
    }

    /** Makes its listener one that serves these areas. */
    public void serves(Set<String> areas) {
        serves = Set.copyOf(areas);
    }

    @Override
    public String applicationProtocol() {
        return applicationProtocol;
    }

    /** Makes it one whose handshake has agreed on this. */
    public void applicationProtocol(String name) {
        applicationProtocol = name;
    }

    @Override
    public void defended(String limit) {
        defences.add(limit);
    }

    /** The limits that have held, in order. */
    public List<String> defences() {
        return List.copyOf(defences);
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
        closed.complete(reason);
        channel.close();
    }

    /** Completes with the first reason; with {@code CONNECTION_CLOSED} when the peer was first. */
    public CompletableFuture<CloseReason> whenClosed() {
        return closed;
    }

    /** Why it was closed, if it was. */
    public Optional<CloseReason> closeReason() {
        return Optional.ofNullable(closed.getNow(null));
    }

    private static int portOf(Channel channel) {
        return channel.localAddress() instanceof InetSocketAddress address ? address.getPort() : 0;
    }
}
