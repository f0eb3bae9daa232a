// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.ClientSpec;
import dev.orion.client.Filter;
import dev.orion.message.ChannelName;
import dev.orion.message.Publication;
import dev.orion.realtime.ChannelRules;
import dev.orion.realtime.Refusal;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Says what a client may do by the rules of the channels, its rates, and what there is room for.
 *
 * <p>Every answer is why it may not, or null where it may. What is asked about a channel is asked
 * with its {@link #rules}, looked up once: they may change while it is done.
 *
 * <p><b>Threads:</b> the client's event loop.
 */
final class Gate {

    private final ClientSpec spec;
    private final Channels channels;
    private Map<String, RateLimit> limits; // made for the first rules that have a rate

    Gate(ClientSpec spec, Channels channels) {
        this.spec = spec;
        this.channels = channels;
    }

    /** The rules of a channel; null where it has none or its name is not one. */
    ChannelRules rules(String channel) {
        return ChannelName.isValid(channel) ? channels.rules(channel).orElse(null) : null;
    }

    /**
     * Whether the client may subscribe with a filter. Where the filter has wildcards, channels that
     * the client may not subscribe to are left out when they deliver; where there can be no others,
     * it is refused.
     */
    Refusal subscribe(Filter filter) {
        if (filter.channels().hasWildcards()) {
            boolean may = channels.mayAllow(filter.channels(), this::maySubscribe);
            return may ? null : Refusal.PERMISSION_DENIED;
        }
        String channel = filter.channels().toString();
        ChannelRules rules = rules(channel);
        if (rules == null) {
            return noRules(channel);
        }
        return maySubscribe(rules) ? null : Refusal.PERMISSION_DENIED;
    }

    Refusal subscribe(String channel, ChannelRules rules) {
        if (rules == null) {
            return noRules(channel);
        }
        if (!maySubscribe(rules)) {
            return Refusal.PERMISSION_DENIED;
        }
        return channels.get(channel) == null && !channels.hasRoom() ? Refusal.LIMIT_EXCEEDED : null;
    }

    /** May count as one publication, where there is a rate. */
    Refusal publish(String channel, ChannelRules rules, Publication publication) {
        if (rules == null) {
            return noRules(channel);
        }
        if (!rules.publish().includes(spec.user(), spec.roles())) {
            return Refusal.PERMISSION_DENIED;
        }
        if (publication.payload().length() > rules.maxMessageBytes()) {
            return Refusal.LIMIT_EXCEEDED;
        }
        if (rules.ratePerSecond() > 0 && !limit(rules).take(channels.nowMs())) {
            return Refusal.TOO_MANY_REQUESTS;
        }
        return channels.mayRetain(channel, rules, publication) ? null : Refusal.LIMIT_EXCEEDED;
    }

    /** Whoever may subscribe may read what {@code isAvailable} there. */
    Refusal read(String channel, ChannelRules rules, Predicate<ChannelRules> isAvailable) {
        if (rules == null) {
            return noRules(channel);
        }
        if (!maySubscribe(rules)) {
            return Refusal.PERMISSION_DENIED;
        }
        return isAvailable.test(rules) ? null : Refusal.NOT_AVAILABLE;
    }

    boolean maySubscribe(ChannelRules rules) {
        return rules.subscribe().includes(spec.user(), spec.roles());
    }

    private static Refusal noRules(String channel) {
        return ChannelName.isValid(channel) ? Refusal.UNKNOWN_CHANNEL : Refusal.BAD_REQUEST;
    }

    private RateLimit limit(ChannelRules rules) {
        if (limits == null) {
            limits = new HashMap<>(2);
        }
        RateLimit limit = limits.get(rules.name());
        if (limit == null || limit.perSecond() != rules.ratePerSecond()) {
            limit = new RateLimit(rules.ratePerSecond(), channels.nowMs());
            limits.put(rules.name(), limit);
        }
        return limit;
    }
}
