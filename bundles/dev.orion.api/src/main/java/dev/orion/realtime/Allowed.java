// SPDX-License-Identifier: Apache-2.0
package dev.orion.realtime;

import java.util.Optional;
import java.util.Set;

/** Who may do something to a channel: {@code any}, {@code none}, {@code role:x}, {@code user:x}. */
public sealed interface Allowed {

    /** Whether a client with this user and these roles is one of them. */
    boolean includes(String user, Set<String> roles);

    /**
     * Reads the configured form.
     *
     * @throws IllegalArgumentException when it is none of the four
     */
    static Allowed parse(String text) {
        int colon = text.indexOf(':');
        String word = colon < 0 ? text : text.substring(0, colon);
        Optional<String> name =
                colon < 0 || colon == text.length() - 1
                        ? Optional.empty()
                        : Optional.of(text.substring(colon + 1));
        if (text.equals("any")) {
            return new Any();
        }
        if (text.equals("none")) {
            return new None();
        }
        if (word.equals("role") && name.isPresent()) {
            return new Role(name.get());
        }
        if (word.equals("user") && name.isPresent()) {
            return new User(name.get());
        }
        throw new IllegalArgumentException(
                "allowed: " + text + " (expected: any, none, role:NAME or user:NAME)");
    }

    /** Everybody who may connect. */
    record Any() implements Allowed {
        @Override
        public boolean includes(String user, Set<String> roles) {
            return true;
        }
    }

    /** No client; the server, its API and its host still may. */
    record None() implements Allowed {
        @Override
        public boolean includes(String user, Set<String> roles) {
            return false;
        }
    }

    /** Clients that have a role. */
    record Role(String name) implements Allowed {
        @Override
        public boolean includes(String user, Set<String> roles) {
            return roles.contains(name);
        }
    }

    /** The clients of one user. */
    record User(String name) implements Allowed {
        @Override
        public boolean includes(String user, Set<String> roles) {
            return user.equals(name);
        }
    }
}
