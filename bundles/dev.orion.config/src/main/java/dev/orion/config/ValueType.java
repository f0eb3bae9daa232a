// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import java.math.BigDecimal;
import java.util.Optional;

/** The types that a value can have, and how JSON becomes one of them. */
enum ValueType {
    STRING("String", String.class, "a string"),
    BOOLEAN("Boolean", Boolean.class, "true or false"),
    INTEGER("Integer", Integer.class, "a whole number"),
    LONG("Long", Long.class, "a whole number"),
    SHORT("Short", Short.class, "a whole number"),
    BYTE("Byte", Byte.class, "a whole number"),
    DOUBLE("Double", Double.class, "a number"),
    FLOAT("Float", Float.class, "a number"),
    CHARACTER("Character", Character.class, "a single character");

    private final String label;
    private final Class<?> boxed;
    private final String expected;

    ValueType(String label, Class<?> boxed, String expected) {
        this.label = label;
        this.boxed = boxed;
        this.expected = expected;
    }

    Class<?> boxed() {
        return boxed;
    }

    /** For a report: {@code a whole number}. */
    String expected() {
        return expected;
    }

    /** The type that a key or a definition calls {@code name}; primitives count too. */
    static Optional<ValueType> of(String name) {
        String label =
                switch (name) {
                    case "int" -> "Integer";
                    case "char", "Char" -> "Character";
                    case "long", "double", "float", "short", "byte", "boolean" ->
                            Character.toUpperCase(name.charAt(0)) + name.substring(1);
                    case "Password" -> "String";
                    default -> name;
                };
        for (ValueType type : values()) {
            if (type.label.equals(label)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** The type of a value that nobody gave one. */
    static ValueType natural(Object json) {
        if (json instanceof String) {
            return STRING;
        }
        if (json instanceof Boolean) {
            return BOOLEAN;
        }
        return isWhole(json) ? LONG : DOUBLE;
    }

    private static boolean isWhole(Object json) {
        return !(json instanceof Double || json instanceof Float || json instanceof BigDecimal);
    }

    /** The value as this type; empty when it is none. */
    Optional<Object> convert(Object json) {
        return switch (this) {
            case STRING -> Optional.of(json).filter(String.class::isInstance);
            case BOOLEAN -> Optional.of(json).filter(Boolean.class::isInstance);
            case CHARACTER -> character(json);
            default -> json instanceof Number number ? number(number) : Optional.empty();
        };
    }

    private static Optional<Object> character(Object json) {
        return json instanceof String text && text.length() == 1
                ? Optional.of(text.charAt(0))
                : Optional.empty();
    }

    private Optional<Object> number(Number number) {
        var exact = new BigDecimal(number.toString());
        try {
            return Optional.of(
                    switch (this) {
                        case INTEGER -> exact.intValueExact();
                        case LONG -> exact.longValueExact();
                        case SHORT -> exact.shortValueExact();
                        case BYTE -> exact.byteValueExact();
                        case FLOAT -> exact.floatValue();
                        default -> exact.doubleValue();
                    });
        } catch (ArithmeticException tooLarge) {
            return Optional.empty();
        }
    }
}
