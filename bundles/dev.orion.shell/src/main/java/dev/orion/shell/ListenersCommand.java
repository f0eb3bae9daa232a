// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.net.ListenerInfo;
import dev.orion.net.NetworkManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code listeners}: what is bound, and how it is. */
@Component(service = Function.class)
@Command(function = "listeners")
public final class ListenersCommand extends ShellCommand {

    private static final Table<ListenerInfo> TABLE =
            new Table<ListenerInfo>()
                    .with("name", ListenerInfo::name)
                    .with("endpoint", ListenerInfo::endpoint)
                    .with("state", ListenerInfo::state)
                    .with("connections", ListenerInfo::connections)
                    .with("accepted", ListenerInfo::accepted)
                    .with("refused", ListenerInfo::refused)
                    .with("defences", ListenerInfo::defences)
                    .with("detail", ListenerInfo::detail);

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile NetworkManager network;

    public ListenersCommand() {
        super("listeners [--json]", "Shows the listeners and the transport they use.");
    }

    @Override
    void run(Arguments arguments, Output output) {
        arguments.words(0, 0);
        NetworkManager now = available(network, "network manager");
        List<ListenerInfo> listeners = now.listeners();
        if (arguments.json()) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("transport", now.transport());
            answer.put("tls", now.tls());
            answer.put("listeners", TABLE.objects(listeners));
            output.line(Json.text(answer));
        } else {
            String tls = now.tls().isEmpty() ? "" : ", tls: " + now.tls();
            output.line(
                    TABLE.text(listeners) + "transport: " + Printable.text(now.transport() + tls));
        }
    }
}
