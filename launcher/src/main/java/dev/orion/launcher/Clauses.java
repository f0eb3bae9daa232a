// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes apart the comma-separated clauses of OSGi headers. */
final class Clauses {

    private static final Pattern VERSION = Pattern.compile(";\\s*version=\"?([^\";]+)\"?");

    private Clauses() {}

    /** The clauses of a header; commas within quotes do not separate. */
    static List<String> split(String header) {
        var clauses = new ArrayList<String>();
        char quote = 0;
        int start = 0;
        for (int i = 0; i < header.length(); i++) {
            char c = header.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == ',') {
                clauses.add(header.substring(start, i).strip());
                start = i + 1;
            }
        }
        clauses.add(header.substring(start).strip());
        clauses.removeIf(String::isEmpty);
        return clauses;
    }

    /** The version attribute of a clause; {@code 0.0.0} where it has none. */
    static String version(String clause) {
        Matcher version = VERSION.matcher(clause);
        return version.find() ? version.group(1) : "0.0.0";
    }
}
