// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.felix.service.command.Function;

/**
 * How a command is typed; the line that people read is also the grammar.
 *
 * <p>{@code [--json]} is a flag, {@code [--count N]} an option with a value, which may also be
 * typed as {@code --count=5}. Everything else is a word. After {@code --} everything is.
 */
final class Usage {

    static final String HELP = "--help";

    private static final Pattern OPTION = Pattern.compile("\\[(--[a-z]+)( [A-Z]+)?]");

    private final String line;
    private final Set<String> flags = new HashSet<>(Set.of(HELP));
    private final Set<String> options = new HashSet<>();

    Usage(String line) {
        this.line = line;
        Matcher option = OPTION.matcher(line);
        while (option.find()) {
            (option.group(2) == null ? flags : options).add(option.group(1));
        }
    }

    /**
     * Sorts what was typed.
     *
     * @throws IllegalArgumentException when it does not fit; the message has the usage
     */
    Arguments read(List<?> given) {
        var words = new ArrayList<String>();
        Set<String> present = new HashSet<>();
        Map<String, String> values = new HashMap<>();
        boolean onlyWords = false;
        for (int i = 0; i < given.size(); i++) {
            String text = text(given.get(i), i + 1);
            if (onlyWords || !text.startsWith("--")) {
                words.add(text);
            } else if (text.equals("--")) {
                onlyWords = true;
            } else if (flags.contains(text)) {
                present.add(text);
            } else if (options.contains(text) && i + 1 < given.size()) {
                i++;
                values.put(text, text(given.get(i), i + 1));
            } else {
                inOne(text, values);
            }
        }
        return new Arguments(this, words, present, values);
    }

    /** What a wrong command line is answered with. */
    IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(what + " (usage: " + line + ")");
    }

    @Override
    public String toString() {
        return line;
    }

    private void inOne(String text, Map<String, String> values) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        if (!options.contains(name)) {
            throw wrong("unknown option " + text);
        }
        if (equals < 0) {
            throw wrong("option " + name + " without a value");
        }
        values.put(name, text.substring(equals + 1));
    }

    /** Gogo takes braces, brackets and dollars for its own: what they become cannot be undone. */
    private String text(Object argument, int place) {
        if (argument == null) {
            throw wrong("argument " + place + " is null");
        }
        if (argument instanceof Function
                || argument instanceof Collection
                || argument instanceof Map) {
            throw wrong(
                    "argument " + place + " is shell code; put 'single quotes' around { } and [ ]");
        }
        return argument.toString();
    }
}
