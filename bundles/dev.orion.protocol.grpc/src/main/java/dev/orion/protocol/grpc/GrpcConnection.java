// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.access.ServerKeys;
import dev.orion.client.Client;
import dev.orion.client.ClientSpec;
import dev.orion.client.SilentOutlet;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the calls of one connection have in common: the client that single calls are made by, and
 * whether the connection is about to end.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class GrpcConnection extends ChannelInboundHandlerAdapter {

    private final GrpcProtocol protocol;
    private final Connection connection;
    private final LoopShare loop;
    private final Map<Set<String>, Client> clients = new HashMap<>(2); // by their roles
    private boolean leaving;

    GrpcConnection(GrpcProtocol protocol, Connection connection, LoopShare loop) {
        this.protocol = protocol;
        this.connection = connection;
        this.loop = loop;
    }

    GrpcProtocol protocol() {
        return protocol;
    }

    LoopShare loop() {
        return loop;
    }

    boolean isLeaving() {
        return leaving;
    }

    /** Who makes single calls over this connection with these rights. */
    Client client(Set<String> roles) {
        Client client = clients.get(roles);
        if (client == null) {
            var spec = new ClientSpec("", roles, "grpc", connection.id());
            client =
                    protocol.clients()
                            .open(spec, new SilentOutlet(connection.channel(), this::end));
            clients.put(roles, client);
        }
        return client;
    }

    /** What the credentials of a call open. */
    Caller caller(String key) {
        if (key.isEmpty()) {
            return new Caller(false, Set.of());
        }
        ServerKeys keys = protocol.keys();
        if (keys != null && keys.opensApi(key)) {
            return new Caller(true, Set.of());
        }
        if (keys != null && keys.opensAdmin(key)) {
            return new Caller(false, Set.of(ServerKeys.ADMIN_ROLE));
        }
        throw new StatusException(Code.UNAUTHENTICATED, "invalid key");
    }

    /** An operator has ended the client: it may come back as another one. */
    private void end(CloseReason reason) {
        connection.channel().pipeline().fireUserEventTriggered(new GoAway(reason));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof GoAway) {
            leaving = true;
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        clients.values().forEach(Client::close);
        clients.clear();
        ctx.fireChannelInactive();
    }

    /**
     * Who calls.
     *
     * @param isServer whether with the rights of {@code /api}
     * @param roles of its client
     */
    record Caller(boolean isServer, Set<String> roles) {}
}
