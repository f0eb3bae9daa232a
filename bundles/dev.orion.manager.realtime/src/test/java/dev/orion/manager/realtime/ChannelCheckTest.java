// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.configuration.ProposedConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelCheckTest {

    private final List<String> faults = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"$sys/#", "$sys", "$sys/connections", "$sys/+"})
    void refusesRulesForSystemChannels(String pattern) {
        new ChannelCheck().check(List.of(rules(pattern)));

        assertThat(faults)
                .containsExactly(
                        "pattern: " + pattern + " (expected: none of $sys, they are fixed)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "+/connections", "$system/#"})
    void findsNoFaultInOthers(String pattern) {
        new ChannelCheck().check(List.of(rules(pattern)));

        assertThat(faults).isEmpty();
    }

    private ProposedConfiguration rules(String pattern) {
        return new ProposedConfiguration() {
            @Override
            public String factoryPid() {
                return ConfiguredRules.PID;
            }

            @Override
            public String name() {
                return "mine";
            }

            @Override
            public Map<String, Object> values() {
                return Map.of("pattern", pattern);
            }

            @Override
            public void fault(String key, String message) {
                faults.add(message);
            }
        };
    }
}
