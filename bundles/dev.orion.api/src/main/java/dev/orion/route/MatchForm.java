// SPDX-License-Identifier: Apache-2.0
package dev.orion.route;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How matches are written. */
final class MatchForm {

    private static final String NAME = "[a-z][a-z0-9+.-]*";
    private static final Pattern PROTOCOL = Pattern.compile(NAME);
    private static final Pattern MATCH =
            Pattern.compile("(" + NAME + "):(?::([0-9]{1,5})|(/.*))", Pattern.DOTALL);

    /** Visible ASCII; a star is the whole of the last part. */
    private static final Pattern PATH = Pattern.compile("/[!-)+-~]*|(/[!-)+-~]*)?/\\*");

    private MatchForm() {}

    static Match parse(String text) {
        Matcher form = MATCH.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "match: " + text + " (expected: protocol::port or protocol:/path)");
        }
        return form.group(2) == null
                ? new Match.AtPath(form.group(1), form.group(3))
                : new Match.AtPort(form.group(1), Integer.parseInt(form.group(2)));
    }

    static void checkProtocol(String protocol) {
        if (!PROTOCOL.matcher(protocol).matches()) {
            throw new IllegalArgumentException(
                    "protocol: " + protocol + " (expected: lower-case letters and digits)");
        }
    }

    static void checkPath(String path) {
        if (!PATH.matcher(path).matches()) {
            throw new IllegalArgumentException(
                    "path: " + path + " (expected: /a/b, or /a/* for all below /a/)");
        }
    }
}
