// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import dev.orion.net.ListenerInfo;
import java.util.List;
import java.util.Locale;

/** The listeners as a table for people. */
final class ListenerTable {

    private ListenerTable() {}

    static String of(List<ListenerInfo> listeners) {
        int name = width("LISTENER", listeners.stream().map(ListenerInfo::name).toList());
        int endpoint =
                width(
                        "ENDPOINT",
                        listeners.stream()
                                .map(listener -> listener.endpoint().toString())
                                .toList());
        String row = "%-" + name + "s  %-" + endpoint + "s  %s%n";
        var table = new StringBuilder(row.formatted("LISTENER", "ENDPOINT", "STATE"));
        for (ListenerInfo listener : listeners) {
            table.append(row.formatted(listener.name(), listener.endpoint(), state(listener)));
        }
        return table.toString();
    }

    private static String state(ListenerInfo listener) {
        String state = listener.state().name().toLowerCase(Locale.ROOT);
        return listener.detail().isEmpty() ? state : state + ": " + listener.detail();
    }

    private static int width(String title, List<String> values) {
        return values.stream().mapToInt(String::length).reduce(title.length(), Math::max);
    }
}
