// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a listener has for each of its certificates, found by the name that a client asks for (RFC
 * 6066 §3): the one whose own name it is, else one whose name has {@code *} as its first label and
 * is otherwise the same (RFC 6125 §6.4.3), else the first.
 *
 * @param <T> what is found
 */
final class ByServerName<T> {

    private static final String ANY_LABEL = "*.";

    private final T first;
    private final Map<String, T> exact = new HashMap<>();
    private final Map<String, T> wildcards = new HashMap<>(); // by what is behind the first label

    /**
     * @param all at least one; of two with the same name the first is found
     */
    ByServerName(List<Named<T>> all) {
        this.first = all.get(0).value();
        all.forEach(this::add);
    }

    /**
     * @param serverName null from a client that does not say
     */
    T find(String serverName) {
        if (serverName == null) {
            return first;
        }
        String name = normal(serverName);
        T found = exact.get(name);
        if (found == null && !wildcards.isEmpty()) {
            int firstDot = name.indexOf('.');
            found = firstDot < 1 ? null : wildcards.get(name.substring(firstDot + 1));
        }
        return found == null ? first : found;
    }

    private void add(Named<T> one) {
        for (String written : one.names()) {
            String name = normal(written);
            if (name.startsWith(ANY_LABEL)) {
                wildcards.putIfAbsent(name.substring(ANY_LABEL.length()), one.value());
            } else {
                exact.putIfAbsent(name, one.value());
            }
        }
    }

    private static String normal(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /**
     * One certificate's.
     *
     * @param names the DNS names of its subjectAltName
     */
    record Named<T>(List<String> names, T value) {

        Named {
            names = List.copyOf(names);
        }
    }
}
