// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import java.nio.charset.StandardCharsets;

/** A password, which no log shows. */
final class Secret {

    private final String text;

    Secret(String text) {
        this.text = text;
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    char[] chars() {
        return text.toCharArray();
    }

    @Override
    public String toString() {
        return "…";
    }
}
