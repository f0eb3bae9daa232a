// SPDX-License-Identifier: Apache-2.0
package dev.orion.testkit;

import dev.orion.configuration.ConfigurationCheck;
import dev.orion.configuration.ProposedConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A configuration that is being checked, and what was found wrong with it. */
public final class TestProposal implements ProposedConfiguration {

    private final String factoryPid;
    private final String name;
    private final Map<String, Object> values;
    private final List<String> faults = new ArrayList<>();

    /** {@code factoryPid~name} with these values. */
    public TestProposal(String factoryPid, String name, Map<String, Object> values) {
        this.factoryPid = factoryPid;
        this.name = name;
        this.values = Map.copyOf(values);
    }

    /** Every fault that the check finds, as {@code name: key: message}. */
    public static List<String> faults(ConfigurationCheck check, TestProposal... proposed) {
        check.check(List.of(proposed));
        List<String> all = new ArrayList<>();
        for (TestProposal one : proposed) {
            all.addAll(one.faults);
        }
        return all;
    }

    @Override
    public String factoryPid() {
        return factoryPid;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Map<String, Object> values() {
        return values;
    }

    @Override
    public void fault(String key, String message) {
        faults.add(name + ": " + key + ": " + message);
    }
}
