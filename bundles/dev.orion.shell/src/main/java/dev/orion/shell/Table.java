// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Rows of one kind of thing, for people as aligned columns and for programs as objects.
 *
 * <p>A column is as wide as its widest cell; numbers are aligned to the right. Nothing in a cell
 * can break a line or move the cursor.
 */
final class Table<T> {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);

    private final List<Column<T>> columns;

    /** A table without columns. */
    Table() {
        this(List.of());
    }

    private Table(List<Column<T>> columns) {
        this.columns = columns;
    }

    /**
     * This table and one column more.
     *
     * @param key its name in JSON, in camel case; the title is made from it
     * @param value a string, number, boolean, enum, {@link Instant}, or a map of them
     */
    Table<T> with(String key, Function<T, Object> value) {
        var more = new ArrayList<>(columns);
        more.add(new Column<>(key, value));
        return new Table<>(List.copyOf(more));
    }

    /** For programs: an object per row. */
    List<Map<String, Object>> objects(List<T> rows) {
        return rows.stream().map(this::object).toList();
    }

    /** For people: a line of titles, and a line per row. */
    String text(List<T> rows) {
        return text(rows, ZoneId.systemDefault());
    }

    String text(List<T> rows, ZoneId zone) {
        List<StringBuilder> lines = new ArrayList<>();
        for (int i = 0; i <= rows.size(); i++) {
            lines.add(new StringBuilder());
        }
        for (Column<T> column : columns) {
            List<Object> values = rows.stream().map(column.value()).toList();
            var cells = new ArrayList<String>();
            cells.add(column.title());
            values.forEach(value -> cells.add(cell(value, zone)));
            boolean numbers =
                    !values.isEmpty() && values.stream().allMatch(Number.class::isInstance);
            append(lines, cells, numbers);
        }
        return lines.stream()
                .map(line -> line.toString().stripTrailing() + "\n")
                .collect(Collectors.joining());
    }

    private Map<String, Object> object(T row) {
        Map<String, Object> object = new LinkedHashMap<>();
        columns.forEach(column -> object.put(column.key(), column.value().apply(row)));
        return object;
    }

    private static void append(List<StringBuilder> lines, List<String> cells, boolean numbers) {
        int width = cells.stream().mapToInt(Table::width).max().orElse(0);
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            String padding = " ".repeat(width - width(cell));
            StringBuilder line = lines.get(i);
            line.append(line.isEmpty() ? "" : "  ");
            line.append(numbers ? padding + cell : cell + padding);
        }
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }

    private static String cell(Object value, ZoneId zone) {
        if (value instanceof Instant time) {
            return TIME.format(time.atZone(zone));
        }
        if (value instanceof Map<?, ?> fields) {
            return fields.entrySet().stream()
                    .map(field -> Printable.text(field.getKey() + "=" + field.getValue()))
                    .collect(Collectors.joining(", "));
        }
        return Printable.text(
                value instanceof Enum<?> constant ? Json.name(constant) : String.valueOf(value));
    }

    /** One column; its title is the key as words in capitals. */
    private record Column<T>(String key, Function<T, Object> value) {

        String title() {
            return key.replaceAll("([A-Z])", " $1").toUpperCase(Locale.ROOT);
        }
    }
}
