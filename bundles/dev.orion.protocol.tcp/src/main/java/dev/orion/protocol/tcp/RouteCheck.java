// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import dev.orion.configuration.ConfigurationCheck;
import dev.orion.configuration.Durations;
import dev.orion.configuration.ProposedConfiguration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Component;

/** Finds what is wrong with the keys of routes for TCP. */
@Component
public final class RouteCheck implements ConfigurationCheck {

    private static final Set<String> ALWAYS = Set.of("match", "to", "service.ranking");
    private static final Set<String> TO_SERVER = Set.of("idleTimeout");
    private static final Set<String> TO_CHANNEL =
            Set.of("framing", "maxFrameBytes", "contentType", "back", "user");

    /** Keys that are for one framing only. */
    private static final Map<String, String> OF_FRAMINGS =
            Map.of(
                    "lengthBytes", RouteKeys.LENGTH_PREFIX,
                    "lengthCountsItself", RouteKeys.LENGTH_PREFIX,
                    "delimiter", RouteKeys.DELIMITER);

    @Override
    public void check(List<? extends ProposedConfiguration> proposed) {
        for (ProposedConfiguration one : proposed) {
            if (one.factoryPid().equals(RouteKeys.PID)
                    && one.values().get("match") instanceof String match
                    && match.startsWith("tcp:")
                    && one.values().get("to") instanceof String to) {
                check(one, to.startsWith("channel:"));
            }
        }
    }

    private static void check(ProposedConfiguration route, boolean toChannel) {
        Map<String, Object> values = route.values();
        String framing = String.valueOf(values.getOrDefault("framing", RouteKeys.LINE));
        Map<String, String> wrong = new HashMap<>();
        for (String key : values.keySet()) {
            String only = OF_FRAMINGS.get(key);
            if (toChannel && only != null && !only.equals(framing)) {
                wrong.put(key, "is for framing " + only);
            } else if (!isFor(key, toChannel)) {
                wrong.put(key, "is not for TCP to a " + (toChannel ? "channel" : "server"));
            }
        }
        wrong.keySet().stream().sorted().forEach(key -> route.fault(key, wrong.get(key)));
        if (!toChannel) {
            attempt(route, "idleTimeout", Durations::parse);
        } else if (wrong.isEmpty()) {
            attempt(route, "back", RouteSettings::back);
            checkFraming(route, framing);
        }
    }

    private static boolean isFor(String key, boolean toChannel) {
        return ALWAYS.contains(key)
                || (toChannel
                        ? TO_CHANNEL.contains(key) || OF_FRAMINGS.containsKey(key)
                        : TO_SERVER.contains(key));
    }

    private static void checkFraming(ProposedConfiguration route, String framing) {
        try {
            RouteSettings.framing(route.values());
        } catch (IllegalArgumentException unusable) {
            route.fault(
                    framing.equals(RouteKeys.LENGTH_PREFIX) ? "lengthBytes" : "framing",
                    unusable.getMessage());
        }
    }

    private static void attempt(ProposedConfiguration route, String key, Consumer<String> reader) {
        if (route.values().get(key) instanceof String text) {
            try {
                reader.accept(text);
            } catch (IllegalArgumentException wrong) {
                route.fault(key, wrong.getMessage());
            }
        }
    }
}
