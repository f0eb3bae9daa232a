// SPDX-License-Identifier: Apache-2.0
package dev.orion.message;

/**
 * What a channel may be called: levels separated by {@code /}, at most 255 bytes of UTF-8.
 *
 * <p>{@code +} and {@code #} are kept for patterns and NUL is refused, as MQTT asks of topic names
 * (MQTT 5 §4.7.1, §4.7.3), so that one name serves in every protocol.
 */
public final class ChannelName {

    /** The longest name, in bytes of UTF-8. */
    public static final int MAX_BYTES = 255;

    private ChannelName() {}

    /** Whether {@code name} can be a channel's. */
    public static boolean isValid(String name) {
        int length = name.length();
        if (length == 0 || length > MAX_BYTES) {
            return false;
        }
        int bytes = 0;
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (c < 0x80) {
                if (c < 0x20 || c == 0x7f || c == '+' || c == '#') {
                    return false;
                }
                bytes += 1;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < length
                    && Character.isLowSurrogate(name.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                return false; // half a pair is not UTF-8
            }
        }
        return bytes <= MAX_BYTES;
    }

    /**
     * Returns {@code name}.
     *
     * @throws IllegalArgumentException when it cannot be a channel's name
     */
    public static String check(String name) {
        if (!isValid(name)) {
            throw new IllegalArgumentException(
                    "channel: "
                            + name
                            + " (expected: 1 to "
                            + MAX_BYTES
                            + " bytes of UTF-8 without +, # and control characters)");
        }
        return name;
    }
}
