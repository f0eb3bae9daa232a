// SPDX-License-Identifier: Apache-2.0
package dev.orion.message;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Small pairs that travel with a payload, in the order in which they were given; a name may come
 * again. MQTT 5 user properties, centrifuge tags, HTTP headers {@code Orion-…}. Immutable.
 */
public final class Headers implements Iterable<Headers.Header> {

    /** No pairs. */
    public static final Headers NONE = new Headers(List.of());

    private final List<Header> all;

    private Headers(List<Header> all) {
        this.all = all;
    }

    /** These pairs, in their order. */
    public static Headers of(List<Header> headers) {
        return headers.isEmpty() ? NONE : new Headers(List.copyOf(headers));
    }

    /** The pairs of a map, in its order. */
    public static Headers of(Map<String, String> headers) {
        List<Header> all = new ArrayList<>(headers.size());
        headers.forEach((name, value) -> all.add(new Header(name, value)));
        return of(all);
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** How many pairs there are. */
    public int size() {
        return all.size();
    }

    @Override
    public Iterator<Header> iterator() {
        return all.iterator();
    }

    /** By name, for wires that have a name only once: the last pair of a name counts. */
    public Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        all.forEach(header -> map.put(header.name(), header.value()));
        return map;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Headers headers && headers.all.equals(all);
    }

    @Override
    public int hashCode() {
        return all.hashCode();
    }

    @Override
    public String toString() {
        return all.toString();
    }

    /** One pair. */
    public record Header(String name, String value) {

        public Header {
            requireNonNull(name, "name");
            requireNonNull(value, "value");
        }
    }
}
