// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.net.CloseReason;
import dev.orion.net.ConnectionInfo;
import dev.orion.net.NetworkManager;
import dev.orion.realtime.ClientInfo;
import dev.orion.realtime.RealtimeManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code connections}: the live ones; closes one. */
@Component(service = Function.class)
@Command(function = "connections")
public final class ConnectionsCommand extends ShellCommand {

    private static final Table<Row> TABLE =
            new Table<Row>()
                    .with("id", row -> row.connection().id())
                    .with("listener", row -> row.connection().listener())
                    .with("endpoint", row -> row.connection().endpoint())
                    .with("protocol", row -> row.connection().protocol())
                    .with("remote", row -> row.connection().remote())
                    .with("opened", row -> row.connection().opened())
                    .with("client", row -> row.client().map(ClientInfo::id).orElse(""))
                    .with("user", row -> row.client().map(ClientInfo::user).orElse(""));

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile NetworkManager network;

    /** Without it nobody knows of clients. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile RealtimeManager realtime;

    public ConnectionsCommand() {
        super(
                "connections [--listener NAME] [--protocol NAME] [--json]"
                        + " | connections close ID [--json]",
                "Shows the live connections, oldest first; closes one.");
    }

    @Override
    void run(Arguments arguments, Output output) {
        NetworkManager now = available(network, "network manager");
        if (arguments.startsWith("close")) {
            close(now, arguments, output);
            return;
        }
        arguments.words(0, 0);
        Optional<String> listener = arguments.option("--listener");
        Optional<String> protocol = arguments.option("--protocol");
        Map<String, ClientInfo> clients = clients();
        List<Row> wanted =
                now.connections().stream()
                        .filter(one -> listener.map(one.listener()::equals).orElse(true))
                        .filter(one -> protocol.map(one.protocol()::equals).orElse(true))
                        .map(one -> new Row(one, Optional.ofNullable(clients.get(one.id()))))
                        .toList();
        output.table(arguments, TABLE, wanted);
    }

    /** By their connection. */
    private Map<String, ClientInfo> clients() {
        RealtimeManager now = realtime;
        Map<String, ClientInfo> clients = new HashMap<>();
        if (now != null) {
            now.clients().forEach(client -> clients.put(client.connection(), client));
        }
        return clients;
    }

    private static void close(NetworkManager network, Arguments arguments, Output output) {
        String id = arguments.words(2, 2).get(1);
        if (!network.close(id, CloseReason.FORCE_DISCONNECT)) {
            throw new IllegalArgumentException(
                    "connection: " + id + " (expected: a live one's id)");
        }
        output.line(arguments.json() ? Json.text(Map.of("closed", id)) : "closed " + id);
    }

    private record Row(ConnectionInfo connection, Optional<ClientInfo> client) {}
}
