// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.udp;

import dev.orion.configuration.ConfigurationCheck;
import dev.orion.configuration.ProposedConfiguration;
import java.util.List;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/** Finds what is wrong with the keys of routes for UDP. */
@Component
public final class RouteCheck implements ConfigurationCheck {

    private static final Set<String> ALWAYS = Set.of("match", "to", "service.ranking");
    private static final Set<String> TO_SERVER =
            Set.of("idleTimeout", "maxFlows", "maxFlowsPerAddress");
    private static final Set<String> TO_CHANNEL = Set.of("contentType", "user");

    @Override
    public void check(List<? extends ProposedConfiguration> proposed) {
        for (ProposedConfiguration one : proposed) {
            if (one.factoryPid().equals(RouteKeys.PID)
                    && one.values().get("match") instanceof String match
                    && match.startsWith("udp:")
                    && one.values().get("to") instanceof String to) {
                check(one, to.startsWith("channel:"));
            }
        }
    }

    private static void check(ProposedConfiguration route, boolean toChannel) {
        Set<String> known = toChannel ? TO_CHANNEL : TO_SERVER;
        String where = toChannel ? "channel" : "server";
        route.values().keySet().stream()
                .filter(key -> !ALWAYS.contains(key) && !known.contains(key))
                .sorted()
                .forEach(key -> route.fault(key, "is not for UDP to a " + where));
        if (!toChannel) {
            try {
                RouteSettings.of(route.values());
            } catch (IllegalArgumentException wrong) {
                route.fault("idleTimeout", wrong.getMessage());
            }
        }
    }
}
