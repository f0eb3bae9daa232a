// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import dev.orion.configuration.ConfigurationCheck;
import dev.orion.configuration.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds every fault of a configuration: by the definitions first, then by asking the checks. */
final class Checker {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.config");

    private static final String OURS = "dev.orion.";

    /** A key that every service may have, whatever its definition says. */
    private static final Attribute RANKING =
            new Attribute(
                    "service.ranking",
                    ValueType.INTEGER,
                    false,
                    false,
                    0,
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    List.of());

    private final Map<String, Definition> definitions;
    private final List<Fault> faults = new ArrayList<>();
    private final List<Proposal> proposals = new ArrayList<>();
    private final List<String> undescribed = new ArrayList<>();

    private Checker(Map<String, Definition> definitions) {
        this.definitions = definitions;
    }

    /**
     * What would be applied, if nothing is wrong with it, and what is.
     *
     * @param undescribed the PIDs of which no bundle knows anything yet
     */
    record Checked(List<Proposal> proposals, List<Fault> faults, List<String> undescribed) {}

    static Checked check(
            List<Section> sections,
            Map<String, Definition> definitions,
            List<ConfigurationCheck> checks) {
        var checker = new Checker(definitions);
        sections.forEach(checker::check);
        checks.forEach(checker::ask);
        return new Checked(checker.proposals, checker.faults, checker.undescribed);
    }

    private void check(Section section) {
        Definition definition = definitions.get(section.factoryPid());
        Map<String, Object> values;
        if (definition != null) {
            checkName(section, definition);
            values = values(section, definition);
        } else if (section.pid().startsWith(OURS)) {
            String hint = Nearest.hint(section.factoryPid(), definitions.keySet());
            fault(section, "unknown configuration" + hint);
            return;
        } else {
            undescribed.add(section.pid());
            values = values(section);
        }
        proposals.add(new Proposal(section, values, faults));
    }

    private void checkName(Section section, Definition definition) {
        boolean hasName = section.pid().contains("~");
        if (hasName && !definition.factory()) {
            fault(section, "takes no name behind a ~, there is only one");
        } else if (hasName && section.name().isEmpty()) {
            fault(section, "a name is missing behind the ~");
        } else if (!hasName && !definition.single()) {
            fault(section, "needs a name: " + section.pid() + "~NAME");
        }
    }

    private Map<String, Object> values(Section section, Definition definition) {
        var values = new LinkedHashMap<String, Object>();
        for (Item item : section.items().values()) {
            Attribute attribute = definition.attributes().get(item.key());
            if (attribute == null && item.key().equals(RANKING.key())) {
                attribute = RANKING;
            }
            if (attribute == null) {
                String hint = Nearest.hint(item.key(), definition.attributes().keySet());
                fault(section, item, "unknown key" + hint);
            } else {
                take(section, item, Conversion.by(attribute, item), values);
            }
        }
        definition.attributes().values().stream()
                .filter(Attribute::required)
                .map(Attribute::key)
                .filter(key -> !section.items().containsKey(key))
                .sorted()
                .forEach(key -> fault(section, key + ": is missing"));
        return values;
    }

    private Map<String, Object> values(Section section) {
        var values = new LinkedHashMap<String, Object>();
        section.items()
                .values()
                .forEach(item -> take(section, item, Conversion.natural(item), values));
        return values;
    }

    private void take(
            Section section, Item item, Conversion.Result result, Map<String, Object> values) {
        result.value().ifPresent(value -> values.put(item.key(), value));
        result.objections().forEach(wrong -> fault(section, item, wrong));
    }

    /** A check that fails is a plug-in's fault, not the file's. */
    private void ask(ConfigurationCheck check) {
        try {
            check.check(List.copyOf(proposals));
        } catch (RuntimeException broken) {
            LOG.atWarn()
                    .setCause(broken)
                    .addKeyValue("check", check.getClass().getName())
                    .log("Configuration check failed and does not count");
        }
    }

    private void fault(Section section, String message) {
        faults.add(new Fault(section.source(), section.line(), section.pid() + ": " + message));
    }

    private void fault(Section section, Item item, String message) {
        faults.add(
                new Fault(
                        item.source(),
                        item.line(),
                        section.pid() + ": " + item.key() + ": " + message));
    }
}
