// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import dev.orion.configuration.Fault;
import dev.orion.configuration.ProposedConfiguration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One configuration with its types, and where a fault in it is to be told. */
final class Proposal implements ProposedConfiguration {

    private final Section section;
    private final Map<String, Object> values;
    private final List<Fault> faults;

    Proposal(Section section, Map<String, Object> values, List<Fault> faults) {
        this.section = section;
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        this.faults = faults;
    }

    String pid() {
        return section.pid();
    }

    @Override
    public String factoryPid() {
        return section.factoryPid();
    }

    @Override
    public String name() {
        return section.name();
    }

    @Override
    public Map<String, Object> values() {
        return values;
    }

    @Override
    public void fault(String key, String message) {
        Item item = section.items().get(key);
        String text = section.pid() + ": " + key + ": " + message;
        faults.add(
                item == null
                        ? new Fault(section.source(), section.line(), text)
                        : new Fault(item.source(), item.line(), text));
    }
}
