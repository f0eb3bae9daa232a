// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.realtime.ChannelRules;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The rules of all patterns, the most special pattern first. Immutable, swapped whole. */
final class RuleBook {

    static final RuleBook EMPTY = new RuleBook(List.of());

    private final List<ChannelRules> rules; // the configured ones

    RuleBook(Collection<ChannelRules> rules) {
        this.rules =
                rules.stream()
                        .sorted(
                                Comparator.comparing(ChannelRules::pattern)
                                        .thenComparing(ChannelRules::name))
                        .toList();
    }

    /** The rules of a channel; empty where no pattern matches it. */
    Optional<ChannelRules> find(String channel) {
        if (SystemChannels.contains(channel)) {
            return SystemChannels.RULES;
        }
        for (ChannelRules candidate : rules) {
            if (candidate.pattern().matches(channel)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
