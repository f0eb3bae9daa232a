// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

/** The bounds of what one record may hold. */
final class Texts {

    static final int MAX_CHARS = 8_192;
    static final int MAX_FIELDS = 128;

    private Texts() {}

    static String bounded(String text) {
        return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS) + "…";
    }
}
