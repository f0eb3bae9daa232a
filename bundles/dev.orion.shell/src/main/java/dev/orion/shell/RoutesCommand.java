// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.route.RouteInfo;
import dev.orion.route.RouteManager;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code routes}: what goes where, and how much of it. */
@Component(service = Function.class)
@Command(function = "routes")
public final class RoutesCommand extends ShellCommand {

    private static final Table<RouteInfo> TABLE =
            new Table<RouteInfo>()
                    .with("name", RouteInfo::name)
                    .with("match", RouteInfo::match)
                    .with("to", RouteInfo::target)
                    .with("open", RouteInfo::open)
                    .with("total", RouteInfo::total)
                    .with("failed", RouteInfo::failed);

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile RouteManager routes;

    public RoutesCommand() {
        super("routes [--json]", "Shows the routes and how much has gone along them.");
    }

    @Override
    void run(Arguments arguments, Output output) {
        arguments.words(0, 0);
        output.table(arguments, TABLE, available(routes, "protocol manager").routes());
    }
}
