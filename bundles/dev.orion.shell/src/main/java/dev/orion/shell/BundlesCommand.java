// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import java.util.Arrays;
import java.util.List;
import org.apache.felix.service.command.Function;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** {@code bundles}: what this Orion is made of. */
@Component(service = Function.class)
@Command(function = "bundles")
public final class BundlesCommand extends ShellCommand {

    private static final Table<Bundle> TABLE =
            new Table<Bundle>()
                    .with("id", Bundle::getBundleId)
                    .with("state", BundlesCommand::state)
                    .with("name", BundlesCommand::name)
                    .with("version", Bundle::getVersion)
                    .with("location", BundlesCommand::location);

    private final BundleContext framework;

    @Activate
    public BundlesCommand(BundleContext framework) {
        super(
                "bundles [NAME] [--json]",
                "Shows the bundles, all or those whose symbolic name contains a text.");
        this.framework = framework;
    }

    @Override
    void run(Arguments arguments, Output output) {
        String part = arguments.word().orElse("");
        List<Bundle> wanted =
                Arrays.stream(framework.getBundles())
                        .filter(bundle -> name(bundle).contains(part))
                        .toList();
        output.table(arguments, TABLE, wanted);
    }

    private static String name(Bundle bundle) {
        return bundle.getSymbolicName() == null ? "" : bundle.getSymbolicName();
    }

    private static String state(Bundle bundle) {
        return switch (bundle.getState()) {
            case Bundle.INSTALLED -> "installed";
            case Bundle.RESOLVED -> "resolved";
            case Bundle.STARTING -> "starting";
            case Bundle.STOPPING -> "stopping";
            case Bundle.ACTIVE -> "active";
            default -> "uninstalled";
        };
    }

    /** Only the file of what is mostly a long path. */
    private static String location(Bundle bundle) {
        String location = bundle.getLocation();
        return location.substring(location.lastIndexOf('/') + 1);
    }
}
