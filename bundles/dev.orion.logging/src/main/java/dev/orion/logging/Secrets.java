// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

    /** How the names begin, and what else {@link #IN_TEXT} looks for; in lower case. */
    private static final String[] BEGINNINGS = {
        "tok", "pass", "secr", "api", "admin", "priv", "auth", "cred", "cook", "bear", "basic",
        "eyj"
    };

    private static final int MAX_KNOWN_KEYS = 1024;

    /** Fields have names that stand in code: each is looked at once. */
    private static final Map<String, Boolean> KNOWN_KEYS = new ConcurrentHashMap<>();

    private Secrets() {}

    /** Whether a field of this name holds something that must not be seen. */
    static boolean isSecret(String key) {
        Boolean known = KNOWN_KEYS.get(key);
        if (known != null) {
            return known;
        }
        boolean isSecret = KEY.matcher(key).find();
        if (KNOWN_KEYS.size() < MAX_KNOWN_KEYS) {
            KNOWN_KEYS.put(key, isSecret);
        }
        return isSecret;
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

    /** Whether it is worth a closer look; most texts are not. */
    private static boolean mayHold(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (begins(text, i)) {
                return true;
            }
        }
        return false;
    }

    private static boolean begins(String text, int at) {
        int first = text.charAt(at) | 0x20; // in lower case, if it is a letter
        for (String beginning : BEGINNINGS) {
            if (beginning.charAt(0) == first
                    && text.regionMatches(true, at, beginning, 0, beginning.length())) {
                return true;
            }
        }
        return false;
    }

    private static String kept(String name, String scheme) {
        if (name != null) {
            return name + HIDDEN;
        }
        return scheme == null ? HIDDEN : scheme + HIDDEN;
    }
}
