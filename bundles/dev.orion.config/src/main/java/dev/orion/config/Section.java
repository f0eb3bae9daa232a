// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import java.util.Map;

/**
 * One configuration, as it was written.
 *
 * @param pid with the name behind the {@code ~}, where there is one
 * @param items by key, in order
 */
record Section(String pid, String source, int line, Map<String, Item> items) {

    String factoryPid() {
        int at = pid.indexOf('~');
        return at < 0 ? pid : pid.substring(0, at);
    }

    String name() {
        int at = pid.indexOf('~');
        return at < 0 ? "" : pid.substring(at + 1);
    }
}
