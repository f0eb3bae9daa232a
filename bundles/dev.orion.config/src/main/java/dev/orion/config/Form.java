// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import java.util.Optional;

/**
 * What a key says about its value: {@code port:Integer}, {@code names:String[]}, {@code
 * names:Collection<String>}. OSGi Compendium R8 §150.4.
 *
 * @param type empty where the key has none
 */
record Form(Optional<ValueType> type, Shape shape) {

    /** One, an array, a collection, or whatever stands there. */
    enum Shape {
        ANY,
        SINGLE,
        ARRAY,
        COLLECTION
    }

    static final Form NONE = new Form(Optional.empty(), Shape.ANY);

    /** The form that the text behind a key's colon names; empty when there is no such form. */
    static Optional<Form> of(String text) {
        if (text.equals("Collection")) {
            return Optional.of(new Form(Optional.empty(), Shape.COLLECTION));
        }
        if (text.startsWith("Collection<") && text.endsWith(">")) {
            String element = text.substring("Collection<".length(), text.length() - 1);
            return typed(element, Shape.COLLECTION);
        }
        if (text.endsWith("[]")) {
            return typed(text.substring(0, text.length() - 2), Shape.ARRAY);
        }
        return typed(text, Shape.SINGLE);
    }

    private static Optional<Form> typed(String name, Shape shape) {
        if (name.equals("Password")) { // a word of definitions, not of files
            return Optional.empty();
        }
        return ValueType.of(name).map(type -> new Form(Optional.of(type), shape));
    }
}
