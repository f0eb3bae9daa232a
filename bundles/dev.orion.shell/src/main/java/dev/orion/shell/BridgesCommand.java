// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.bridge.Bridge;
import dev.orion.bridge.BridgeInfo;
import java.util.Comparator;
import java.util.List;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.FieldOption;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code bridges}: the links to other brokers, and how they are. */
@Component(service = Function.class)
@Command(function = "bridges")
public final class BridgesCommand extends ShellCommand {

    private static final Table<BridgeInfo> TABLE =
            new Table<BridgeInfo>()
                    .with("name", BridgeInfo::name)
                    .with("uri", BridgeInfo::uri)
                    .with("version", BridgeInfo::version)
                    .with("state", BridgeInfo::state)
                    .with("since", BridgeInfo::since)
                    .with("in", BridgeInfo::in)
                    .with("out", BridgeInfo::out)
                    .with("buffered", BridgeInfo::buffered)
                    .with("bufferedBytes", BridgeInfo::bufferedBytes)
                    .with("looped", BridgeInfo::looped)
                    .with("dropped", BridgeInfo::dropped)
                    .with("lastError", BridgeInfo::lastError);

    @Reference(
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            fieldOption = FieldOption.REPLACE)
    volatile List<Bridge> bridges = List.of();

    public BridgesCommand() {
        super("bridges [--json]", "Shows the bridges to other brokers and what waits for them.");
    }

    @Override
    void run(Arguments arguments, Output output) {
        arguments.words(0, 0);
        List<BridgeInfo> infos =
                bridges.stream()
                        .map(Bridge::info)
                        .sorted(Comparator.comparing(BridgeInfo::name))
                        .toList();
        output.table(arguments, TABLE, infos);
    }
}
