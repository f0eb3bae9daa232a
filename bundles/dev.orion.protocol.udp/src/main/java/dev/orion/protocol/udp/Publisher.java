// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.udp;

import dev.orion.client.Client;
import dev.orion.client.ClientSpec;
import dev.orion.client.Clients;
import dev.orion.client.Reply;
import dev.orion.client.SilentOutlet;
import dev.orion.message.Headers;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.message.Qos;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.StreamPosition;
import dev.orion.route.Route;
import dev.orion.route.Target.ToChannel;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a message of each datagram: all peers of a socket are one client, which hears nothing.
 *
 * <p><b>Threads:</b> the socket's event loop.
 */
final class Publisher {

    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.udp");

    private final Connection connection;
    private final Clients clients;

    private Route route; // of the client; null until there is one
    private RouteSettings settings;
    private Optional<Client> client = Optional.empty();

    Publisher(Connection connection, Clients clients) {
        this.connection = connection;
        this.clients = clients;
    }

    void publish(DatagramPacket packet, Route along, ToChannel to) {
        if (along != route) {
            close();
            route = along;
            settings = RouteSettings.of(along.settings());
        }
        along.began();
        var payload =
                Payload.untrusted(ByteBufUtil.getBytes(packet.content()), settings.contentType());
        client().publish(channelName(to, packet.sender()), publication(payload), new Result(along));
    }

    void close() {
        ended(CloseReason.SHUTDOWN);
    }

    private Client client() {
        if (client.isEmpty()) {
            var spec = new ClientSpec(settings.user(), Set.of(), "udp", connection.id());
            client =
                    Optional.of(
                            clients.open(
                                    spec, new SilentOutlet(connection.channel(), this::ended)));
        }
        return client.get();
    }

    /** A datagram promises nothing, and so does what is made of it. */
    private static Publication publication(Payload payload) {
        return new Publication(
                payload,
                Headers.NONE,
                Qos.AT_MOST_ONCE,
                false,
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private String channelName(ToChannel to, InetSocketAddress peer) {
        return to.isFixed()
                ? to.name()
                : to.of(peer.getAddress().getHostAddress(), peer.getPort(), connection.id());
    }

    /** The next datagram is another client's. */
    private void ended(CloseReason reason) {
        client.ifPresent(Client::close);
        client = Optional.empty();
    }

    /** Counts what became of one datagram. */
    private record Result(Route route) implements Reply<StreamPosition> {

        @Override
        public void done(StreamPosition position) {
            route.ended();
        }

        @Override
        public void refused(Refusal refusal) {
            route.failed();
            route.ended();
            log.atDebug()
                    .addKeyValue("route", route.name())
                    .addKeyValue("reason", refusal.text())
                    .log("Datagram refused");
        }
    }
}
