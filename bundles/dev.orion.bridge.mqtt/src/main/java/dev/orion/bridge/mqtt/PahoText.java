// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import java.nio.charset.StandardCharsets;

/**
 * Which texts Paho writes. One that it does not write ends the connection, so it is kept from it.
 */
final class PahoText {

    private static final int MAX_BYTES = 0xffff;
    private static final int FIRST_NON_CHARACTER = 0xfdd0;

    private PahoText() {}

    /** MQTT 5 §1.5.4, and what Paho's client for 5 takes for a non-character. */
    static boolean isWritableByFive(String text) {
        return fits(text)
                && text.codePoints()
                        .noneMatch(
                                c ->
                                        isForbidden(c)
                                                || (c >= FIRST_NON_CHARACTER && c <= 0xfddf)
                                                || (c & 0xfffe) == 0xfffe);
    }

    /** Paho's client for 3.1.1 also refuses everything from U+FDD0 on. */
    static boolean isWritableByThree(String text) {
        return fits(text)
                && text.codePoints().noneMatch(c -> isForbidden(c) || c >= FIRST_NON_CHARACTER);
    }

    private static boolean isForbidden(int c) {
        return Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE;
    }

    private static boolean fits(String text) {
        return text.length() <= MAX_BYTES / 3
                || text.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
    }
}
