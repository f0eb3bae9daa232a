// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.configuration.ConfigurationCheck;
import dev.orion.configuration.ProposedConfiguration;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Has listeners checked before they are configured. */
@Component
public final class ListenersCheckComponent implements ConfigurationCheck {

    private final ListenersCheck check;

    @Activate
    public ListenersCheckComponent(@Reference DefaultNetworkManager manager) {
        this.check =
                new ListenersCheck(manager.portOffset(), manager.sockets()::isOurs, manager.home());
    }

    @Override
    public void check(List<? extends ProposedConfiguration> proposed) {
        check.check(proposed);
    }
}
