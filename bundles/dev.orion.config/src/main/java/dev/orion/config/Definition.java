// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a bundle's metatype says about a PID.
 *
 * @param factory whether there may be any number, each with a name
 * @param single whether there may be one without a name
 * @param attributes by key
 */
record Definition(String pid, boolean factory, boolean single, Map<String, Attribute> attributes) {

    Definition {
        attributes = Map.copyOf(attributes);
    }

    /** Two components may share a PID; then the keys of both count. */
    Definition and(Definition other) {
        var both = new LinkedHashMap<>(other.attributes);
        both.putAll(attributes);
        return new Definition(pid, factory || other.factory, single || other.single, both);
    }
}
