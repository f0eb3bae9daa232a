// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.message.ChannelPattern;
import dev.orion.realtime.ChannelRules;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

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

    /**
     * Whether there can be a channel of the pattern whose rules pass {@code test}: special rules go
     * before others, so what they cover wholly the others cannot allow.
     */
    boolean mayAllow(ChannelPattern pattern, Predicate<ChannelRules> test) {
        if (SystemChannels.contains(pattern.toString())) {
            return SystemChannels.RULES.filter(test).isPresent();
        }
        for (ChannelRules candidate : rules) {
            if (candidate.pattern().overlaps(pattern) && test.test(candidate)) {
                return true;
            }
            if (candidate.pattern().covers(pattern)) {
                return false;
            }
        }
        return false;
    }
}
