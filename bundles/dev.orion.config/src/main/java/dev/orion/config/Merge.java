// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Several sources made one: a later one wins, key by key. */
final class Merge {

    private Merge() {}

    /** The sections by PID, in the order in which they were first seen. */
    static List<Section> of(List<Section> sections) {
        Map<String, Section> merged = new LinkedHashMap<>();
        for (Section section : sections) {
            merged.merge(section.pid(), section, Merge::over);
        }
        return merged.values().stream().map(Merge::withoutNothing).toList();
    }

    private static Section over(Section earlier, Section later) {
        var items = new LinkedHashMap<>(earlier.items());
        items.putAll(later.items());
        return new Section(earlier.pid(), earlier.source(), earlier.line(), items);
    }

    private static Section withoutNothing(Section section) {
        var items = new LinkedHashMap<>(section.items());
        items.values().removeIf(item -> item.value() instanceof Item.Nothing);
        return new Section(section.pid(), section.source(), section.line(), items);
    }
}
