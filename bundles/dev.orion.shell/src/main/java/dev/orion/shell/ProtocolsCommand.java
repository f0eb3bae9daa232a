// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.protocol.ProtocolInfo;
import dev.orion.protocol.ProtocolManager;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code protocols}: which plug-in speaks what, and which one is draining. */
@Component(service = Function.class)
@Command(function = "protocols")
public final class ProtocolsCommand extends ShellCommand {

    private static final Table<ProtocolInfo> TABLE =
            new Table<ProtocolInfo>()
                    .with("name", ProtocolInfo::name)
                    .with("state", protocol -> protocol.current() ? "serving" : "draining")
                    .with("connections", ProtocolInfo::connections)
                    .with("failures", ProtocolInfo::failures)
                    .with("bundle", ProtocolInfo::bundle)
                    .with("version", ProtocolInfo::version)
                    .with("bundleId", ProtocolInfo::bundleId);

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile ProtocolManager protocols;

    public ProtocolsCommand() {
        super("protocols [--json]", "Shows the protocols and the bundles that speak them.");
    }

    @Override
    void run(Arguments arguments, Output output) {
        arguments.words(0, 0);
        output.table(arguments, TABLE, available(protocols, "protocol manager").protocols());
    }
}
