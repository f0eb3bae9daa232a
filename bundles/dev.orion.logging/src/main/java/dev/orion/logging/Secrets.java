// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What must not be in a log, and what stands in its place. */
final class Secrets {

    static final String HIDDEN = "***";

    private static final String NAMES =
            "token|passw(?:or)?d|passphrase|secret|api[_-]?key|admin[_-]?key|private[_-]?key"
                    + "|authorization|credentials?|cookie";

    private static final Pattern KEY = Pattern.compile(NAMES, Pattern.CASE_INSENSITIVE);

    /** {@code token=…}, {@code "token":"…"}, {@code X-API-Key: …}, {@code Bearer …}, a JWT. */
    private static final Pattern IN_TEXT =
            Pattern.compile(
                    "((?:"
                            + NAMES
                            + ")[\\w-]{0,20}\\\\?[\"']?\\s{0,4}[=:]\\s{0,4}\\\\?[\"']?(?:(?:bearer|basic)\\s{1,4})?)"
                            + "[^\\s\"',;&}\\\\]+|(\\b(?:bearer|basic)\\s{1,4})[\\w.~+/=-]{16,}"
                            + "|\\beyJ[\\w-]{8,}\\.[\\w-]+\\.[\\w-]*",
                    Pattern.CASE_INSENSITIVE);

    private Secrets() {}

    /** Whether a field of this name holds something that must not be seen. */
    static boolean isSecret(String key) {
        return KEY.matcher(key).find();
    }

    /** The text without what looks like a secret. */
    static String hide(String text) {
        if (!mayHold(text)) {
            return text;
        }
        return IN_TEXT.matcher(text)
                .replaceAll(
                        found -> Matcher.quoteReplacement(kept(found.group(1), found.group(2))));
    }

    private static boolean mayHold(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return KEY.matcher(lower).find()
                || lower.contains("bearer")
                || lower.contains("basic")
                || lower.contains("eyj");
    }

    private static String kept(String name, String scheme) {
        if (name != null) {
            return name + HIDDEN;
        }
        return scheme == null ? HIDDEN : scheme + HIDDEN;
    }
}
