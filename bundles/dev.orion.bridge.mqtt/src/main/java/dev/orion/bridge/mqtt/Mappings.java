// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import dev.orion.message.ChannelPattern;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The mappings of one bridge, and what they make of a name.
 *
 * <p>An outbound one has an id that is made of its patterns: deliveries that have waited for long
 * find it again, also when the order of the configuration has changed.
 */
final class Mappings {

    private static final int MAX_ID = 0x0fff_ffff; // MQTT 5 §3.8.2.1.2

    private final List<Mapping> all;
    private final Map<Integer, Mapping> out = new LinkedHashMap<>();
    private final List<Mapping> in;

    /**
     * @throws IllegalArgumentException when two subscribe to the same here, or there
     */
    Mappings(List<Mapping> all) {
        this.all = List.copyOf(all);
        this.in = all.stream().filter(Mapping::isIn).toList();
        refuseDoubles();
        this.all.stream().filter(Mapping::isOut).forEach(one -> out.put(freeId(one), one));
    }

    private void refuseDoubles() {
        Set<ChannelPattern> locals = new HashSet<>();
        Set<ChannelPattern> remotes = new HashSet<>();
        for (Mapping one : all) {
            boolean isNew =
                    (!one.isOut() || locals.add(one.local()))
                            && (!one.isIn() || remotes.add(one.remote()));
            if (!isNew) {
                throw new IllegalArgumentException(
                        "mapping: "
                                + one.local()
                                + " and "
                                + one.remote()
                                + " (expected: one for the same source)");
            }
        }
    }

    private int freeId(Mapping one) {
        int id = (one.local() + "\n" + one.remote()).hashCode() & MAX_ID;
        while (id == 0 || out.containsKey(id)) {
            id = (id + 1) & MAX_ID;
        }
        return id;
    }

    /** The outbound ones by their ids. */
    Map<Integer, Mapping> out() {
        return out;
    }

    /** The inbound ones. */
    List<Mapping> in() {
        return in;
    }

    /**
     * What a channel is called at the other broker.
     *
     * @param id the mapping by which it was subscribed to; when that is no more, another one counts
     */
    Optional<String> toRemote(int id, String channel) {
        Mapping known = out.get(id);
        if (known != null && known.local().matches(channel)) {
            return known.toRemote(channel);
        }
        return out.values().stream()
                .filter(one -> one.local().matches(channel))
                .findFirst()
                .flatMap(one -> one.toRemote(channel));
    }

    /** What a topic of the other broker is called here, by the first mapping that matches it. */
    Optional<String> toLocal(String topic) {
        return in.stream()
                .filter(one -> one.remote().matches(topic))
                .findFirst()
                .flatMap(one -> one.toLocal(topic));
    }

    /** Where the other side is to answer so that it is heard on {@code channel}. */
    String replyToRemote(String channel) {
        return in.stream()
                .filter(one -> one.local().matches(channel))
                .findFirst()
                .flatMap(one -> one.toRemote(channel))
                .orElse(channel);
    }

    /** Where somebody here is to answer so that it is heard on {@code topic} there. */
    String replyToLocal(String topic) {
        return out.values().stream()
                .filter(one -> one.remote().matches(topic))
                .findFirst()
                .flatMap(one -> one.toLocal(topic))
                .orElse(topic);
    }

    /** Whether what is published there comes back, as far as the other broker lets it. */
    boolean comesBack(String topic) {
        return in.stream().anyMatch(one -> one.remote().matches(topic));
    }

    /** The mappings by the pattern that is subscribed to here. */
    Map<ChannelPattern, Integer> idsByPattern() {
        Map<ChannelPattern, Integer> ids = new HashMap<>();
        out.forEach((id, one) -> ids.put(one.local(), id));
        return ids;
    }
}
