// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What was typed after a command's name. */
final class Arguments {

    static final String JSON = "--json";

    private final Usage usage;
    private final List<String> words;
    private final Set<String> flags;
    private final Map<String, String> options;

    Arguments(Usage usage, List<String> words, Set<String> flags, Map<String, String> options) {
        this.usage = usage;
        this.words = List.copyOf(words);
        this.flags = Set.copyOf(flags);
        this.options = Map.copyOf(options);
    }

    boolean has(String flag) {
        return flags.contains(flag);
    }

    /** Whether the answer is for a program. */
    boolean json() {
        return has(JSON);
    }

    Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    /** The words, as many as are allowed. */
    List<String> words(int least, int most) {
        if (words.size() < least) {
            throw usage.wrong("too few arguments");
        }
        if (words.size() > most) {
            throw usage.wrong("too many arguments");
        }
        return words;
    }

    /** The first word, which may be missing. */
    Optional<String> word() {
        return words(0, 1).stream().findFirst();
    }

    /** Whether the first word is this one. */
    boolean startsWith(String word) {
        return !words.isEmpty() && words.get(0).equals(word);
    }

    /** A whole number greater than zero. */
    int count(String text) {
        try {
            int count = Integer.parseInt(text);
            if (count > 0) {
                return count;
            }
        } catch (NumberFormatException notANumber) {
            // answered below
        }
        throw usage.wrong("number: " + text + " (expected: >= 1)");
    }
}
