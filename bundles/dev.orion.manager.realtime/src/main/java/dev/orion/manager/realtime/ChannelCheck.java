// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.configuration.ConfigurationCheck;
import dev.orion.configuration.Durations;
import dev.orion.configuration.ProposedConfiguration;
import dev.orion.message.ChannelPattern;
import dev.orion.realtime.Allowed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Component;

/** Finds faults in the rules of channels that their definitions cannot tell. */
@Component
public final class ChannelCheck implements ConfigurationCheck {

    private static final Map<String, Consumer<String>> READERS =
            Map.of(
                    "pattern", ChannelPattern::parse,
                    "historyTtl", Durations::parse,
                    "rate", ConfiguredRules::perSecond,
                    "publish", Allowed::parse,
                    "subscribe", Allowed::parse);

    @Override
    public void check(List<? extends ProposedConfiguration> proposed) {
        Map<Object, String> patterns = new HashMap<>();
        for (ProposedConfiguration configuration : proposed) {
            if (configuration.factoryPid().equals(ConfiguredRules.PID)) {
                check(configuration, patterns);
            }
        }
    }

    private static void check(ProposedConfiguration rules, Map<Object, String> patterns) {
        READERS.forEach(
                (key, reader) -> {
                    if (rules.values().get(key) instanceof String text) {
                        read(rules, key, text, reader);
                    }
                });
        Object pattern = rules.values().get("pattern");
        if (pattern instanceof String text && SystemChannels.contains(text)) {
            rules.fault(
                    "pattern", "pattern: " + text + " (expected: none of $sys, they are fixed)");
        }
        String other = pattern == null ? null : patterns.putIfAbsent(pattern, rules.name());
        if (other != null) {
            rules.fault(
                    "pattern", "pattern: " + pattern + " is that of " + other + " (expected: one)");
        }
    }

    private static void read(
            ProposedConfiguration rules, String key, String text, Consumer<String> reader) {
        try {
            reader.accept(text);
        } catch (IllegalArgumentException wrong) {
            rules.fault(key, wrong.getMessage());
        }
    }
}
