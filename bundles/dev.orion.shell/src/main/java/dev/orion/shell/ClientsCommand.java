// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.net.CloseReason;
import dev.orion.realtime.ClientInfo;
import dev.orion.realtime.RealtimeManager;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code clients}: who is connected to the real-time side; disconnects one. */
@Component(service = Function.class)
@Command(function = "clients")
public final class ClientsCommand extends ShellCommand {

    private static final Table<ClientInfo> TABLE =
            new Table<ClientInfo>()
                    .with("id", ClientInfo::id)
                    .with("user", ClientInfo::user)
                    .with("transport", ClientInfo::transport)
                    .with("connection", ClientInfo::connection)
                    .with("channels", ClientInfo::channels)
                    .with("connected", ClientInfo::connected);

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile RealtimeManager realtime;

    public ClientsCommand() {
        super(
                "clients [--user USER] [--transport NAME] [--json]"
                        + " | clients disconnect ID [--json]",
                "Shows the clients, longest connected first; disconnects one.");
    }

    @Override
    void run(Arguments arguments, Output output) {
        RealtimeManager now = available(realtime, "real-time manager");
        if (arguments.startsWith("disconnect")) {
            disconnect(now, arguments, output);
            return;
        }
        arguments.words(0, 0);
        Optional<String> user = arguments.option("--user");
        Optional<String> transport = arguments.option("--transport");
        List<ClientInfo> wanted =
                now.clients().stream()
                        .filter(one -> user.map(one.user()::equals).orElse(true))
                        .filter(one -> transport.map(one.transport()::equals).orElse(true))
                        .toList();
        output.table(arguments, TABLE, wanted);
    }

    private static void disconnect(RealtimeManager realtime, Arguments arguments, Output output) {
        String id = arguments.words(2, 2).get(1);
        boolean gone =
                realtime.clients().stream()
                        .filter(client -> client.id().equals(id))
                        .anyMatch(client -> end(realtime, client));
        if (!gone) {
            throw new IllegalArgumentException("client: " + id + " (expected: a client's id)");
        }
        output.line(
                arguments.json() ? Json.text(Map.of("disconnected", id)) : "disconnected " + id);
    }

    private static boolean end(RealtimeManager realtime, ClientInfo client) {
        return realtime.disconnect(
                        client.user(), Optional.of(client.id()), CloseReason.FORCE_DISCONNECT)
                > 0;
    }
}
