// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives a written value its type: its definition's, else its key's, else that of the JSON. */
final class Conversion {

    private final List<String> objections = new ArrayList<>();

    private Conversion() {}

    /**
     * A value with its type, or what is wrong with it.
     *
     * @param value empty when there is an objection
     */
    record Result(Optional<Object> value, List<String> objections) {}

    /** By a definition; what the key says about its type must agree with it. */
    static Result by(Attribute attribute, Item item) {
        var conversion = new Conversion();
        Optional<Object> value = conversion.described(attribute, item);
        return conversion.result(value);
    }

    /** Without a definition. */
    static Result natural(Item item) {
        var conversion = new Conversion();
        Optional<Object> value = conversion.undescribed(item);
        return conversion.result(value);
    }

    private Result result(Optional<Object> value) {
        return new Result(objections.isEmpty() ? value : Optional.empty(), objections);
    }

    private Optional<Object> described(Attribute attribute, Item item) {
        Optional<ValueType> declared = item.form().type();
        if (declared.isPresent() && declared.get() != attribute.type()) {
            objections.add("expected " + attribute.type().expected() + ", not another type");
            return Optional.empty();
        }
        boolean single = attribute.cardinality() == 0;
        Item.Value value = resolved(item.value(), single && isText(attribute.type()));
        if (single && value instanceof Item.Many) {
            objections.add("expected " + attribute.type().expected() + ", not an array");
            return Optional.empty();
        }
        List<Object> written = elements(value);
        long most = Math.abs((long) attribute.cardinality());
        if (!single && written.size() > most) {
            objections.add("expected at most " + most + " values");
        }
        List<Object> typed = typed(written, attribute.type(), attribute.secret());
        for (Object one : typed) {
            attribute
                    .objection(one)
                    .ifPresent(wrong -> objections.add(shown(one, attribute.secret()) + wrong));
        }
        if (!objections.isEmpty()) {
            return Optional.empty();
        }
        if (single) {
            return Optional.of(typed.get(0));
        }
        return Optional.of(attribute.cardinality() < 0 ? typed : array(attribute.type(), typed));
    }

    private Optional<Object> undescribed(Item item) {
        boolean isText = item.form().type().filter(Conversion::isText).isPresent();
        Item.Value value =
                resolved(item.value(), isText && item.form().shape() == Form.Shape.SINGLE);
        boolean many = value instanceof Item.Many;
        List<Object> written = elements(value);
        ValueType type = item.form().type().orElseGet(() -> common(written));
        List<Object> typed = typed(written, type, false);
        if (!objections.isEmpty()) {
            return Optional.empty();
        }
        return switch (item.form().shape()) {
            case SINGLE -> one(typed, many);
            case ARRAY -> Optional.of(array(type, typed));
            case COLLECTION -> Optional.of(typed);
            case ANY -> many ? Optional.of(array(type, typed)) : Optional.of(typed.get(0));
        };
    }

    private Optional<Object> one(List<Object> typed, boolean many) {
        if (many) {
            objections.add("expected one value, not an array");
            return Optional.empty();
        }
        return Optional.of(typed.get(0));
    }

    /** What a text of the command line is: itself where a text is expected, else JSON if it is. */
    private static Item.Value resolved(Item.Value value, boolean textExpected) {
        if (!(value instanceof Item.Raw raw)) {
            return value;
        }
        var text = new Item.Single(raw.text());
        return textExpected
                ? text
                : ResourceParser.value(raw.text())
                        .filter(json -> !(json instanceof Item.Nothing))
                        .orElse(text);
    }

    private static boolean isText(ValueType type) {
        return type == ValueType.STRING || type == ValueType.CHARACTER;
    }

    private static List<Object> elements(Item.Value value) {
        if (value instanceof Item.Many many) {
            return many.values();
        }
        return value instanceof Item.Single one ? List.of(one.value()) : List.of();
    }

    private List<Object> typed(List<Object> written, ValueType type, boolean secret) {
        var typed = new ArrayList<Object>();
        for (Object value : written) {
            Optional<Object> converted = type.convert(value);
            if (converted.isPresent()) {
                typed.add(converted.get());
            } else {
                objections.add(shown(value, secret) + "expected " + type.expected());
            }
        }
        return typed;
    }

    /** The type of the elements of an array: that of all, or text. */
    private static ValueType common(List<Object> values) {
        List<ValueType> types = values.stream().map(ValueType::natural).distinct().toList();
        if (types.size() == 1) {
            return types.get(0);
        }
        boolean numbers =
                types.size() == 2
                        && types.contains(ValueType.LONG)
                        && types.contains(ValueType.DOUBLE);
        return numbers ? ValueType.DOUBLE : ValueType.STRING;
    }

    private static Object array(ValueType type, List<Object> typed) {
        Object array = Array.newInstance(type.boxed(), typed.size());
        for (int i = 0; i < typed.size(); i++) {
            Array.set(array, i, typed.get(i));
        }
        return array;
    }

    private static String shown(Object value, boolean secret) {
        if (secret) {
            return "";
        }
        String text = String.valueOf(value);
        String cut = text.length() > 80 ? text.substring(0, 80) + "…" : text;
        return (value instanceof String ? "\"" + cut + "\"" : cut) + ": ";
    }
}
