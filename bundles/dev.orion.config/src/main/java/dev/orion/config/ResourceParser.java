// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import dev.orion.configuration.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Reads one text in the OSGi configuration-resource format (Compendium R8 §150), remembering the
 * line of every key.
 */
final class ResourceParser {

    private static final String CONFIGURATOR = ":configurator:";

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonReadFeature.ALLOW_JAVA_COMMENTS).build();

    private final Source source;
    private final List<Section> sections = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();

    private ResourceParser(Source source) {
        this.source = source;
    }

    /** What was found, and what was wrong with it. */
    record Parsed(List<Section> sections, List<Fault> faults) {}

    static Parsed parse(Source source) {
        var reader = new ResourceParser(source);
        reader.read();
        return new Parsed(List.copyOf(reader.sections), List.copyOf(reader.faults));
    }

    /** The value that a text is in JSON; empty when it is not one scalar or array. */
    static Optional<Item.Value> value(String text) {
        var reader = new ResourceParser(new Source("", ""));
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (json.nextToken() == null) {
                return Optional.empty();
            }
            Optional<Item.Value> value = reader.value(json, "", "");
            return json.nextToken() == null ? value : Optional.empty();
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    private void read() {
        String text =
                source.text().startsWith("\uFEFF") ? source.text().substring(1) : source.text();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            JsonToken first = json.nextToken();
            if (first == null) {
                fault(1, "empty (expected: a JSON object)");
            } else if (first != JsonToken.START_OBJECT) {
                fault(line(json), "expected a JSON object");
            } else {
                sections(json);
                if (json.nextToken() != null) {
                    fault(line(json), "something follows the end of the JSON object");
                }
            }
        } catch (JacksonException syntax) {
            int line = syntax.getLocation() == null ? 0 : syntax.getLocation().getLineNr();
            fault(line, "not JSON: " + syntax.getOriginalMessage().lines().findFirst().orElse(""));
        }
    }

    private void sections(JsonParser json) {
        Map<String, Integer> seen = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String pid = json.currentName();
            int line = line(json);
            JsonToken value = json.nextToken();
            if (pid.startsWith(CONFIGURATOR)) {
                json.skipChildren();
                continue;
            }
            Integer before = seen.putIfAbsent(pid, line);
            if (before != null) {
                fault(line, pid + ": stands here twice (first in line " + before + ")");
            }
            if (value != JsonToken.START_OBJECT) {
                fault(line, pid + ": expected a JSON object");
                json.skipChildren();
            } else {
                section(json, pid, line, before == null);
            }
        }
    }

    private void section(JsonParser json, String pid, int line, boolean isFirst) {
        var items = new LinkedHashMap<String, Item>();
        Map<String, Integer> seen = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String written = json.currentName();
            int at = line(json);
            json.nextToken();
            if (written.startsWith(CONFIGURATOR)) {
                json.skipChildren();
                continue;
            }
            item(json, pid, written, at)
                    .ifPresent(
                            item -> {
                                // keys of configurations differ by more than their case
                                String same = item.key().toLowerCase(Locale.ROOT);
                                Integer before = seen.putIfAbsent(same, at);
                                if (before != null) {
                                    String twice = ": stands here twice (first in line ";
                                    fault(at, pid + ": " + item.key() + twice + before + ")");
                                }
                                items.putIfAbsent(item.key(), item);
                            });
        }
        if (isFirst) {
            sections.add(new Section(pid, source.name(), line, items));
        }
    }

    private Optional<Item> item(JsonParser json, String pid, String written, int line) {
        Optional<Item.Value> value = value(json, pid, written);
        int colon = written.indexOf(':');
        String key = colon < 0 ? written : written.substring(0, colon);
        Optional<Form> form =
                colon < 0 ? Optional.of(Form.NONE) : Form.of(written.substring(colon + 1));
        if (key.isEmpty()) {
            fault(line, pid + ": \"" + written + "\": a key has a name");
            return Optional.empty();
        }
        if (form.isEmpty()) {
            String type = written.substring(colon + 1);
            fault(line, "%s: %s: unknown type %s".formatted(pid, key, type));
            return Optional.empty();
        }
        return value.map(it -> new Item(key, form.get(), it, source.name(), line));
    }

    /** The value at the parser; says itself what is wrong when there is none. */
    private Optional<Item.Value> value(JsonParser json, String pid, String key) {
        JsonToken token = json.currentToken();
        if (token == JsonToken.START_ARRAY) {
            return array(json, pid, key);
        }
        if (token == JsonToken.START_OBJECT) {
            fault(line(json), "%s: %s: expected a value, not an object".formatted(pid, key));
            json.skipChildren();
            return Optional.empty();
        }
        if (token == JsonToken.VALUE_NULL) {
            return Optional.of(new Item.Nothing());
        }
        return Optional.of(new Item.Single(scalar(json)));
    }

    private Optional<Item.Value> array(JsonParser json, String pid, String key) {
        var values = new ArrayList<Object>();
        boolean whole = true;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken().isScalarValue()
                    && json.currentToken() != JsonToken.VALUE_NULL) {
                values.add(scalar(json));
                continue;
            }
            fault(
                    line(json),
                    "%s: %s: expected strings, numbers or booleans in an array"
                            .formatted(pid, key));
            json.skipChildren();
            whole = false;
        }
        return whole ? Optional.of(new Item.Many(List.copyOf(values))) : Optional.empty();
    }

    private static Object scalar(JsonParser json) {
        return switch (json.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_STRING -> json.getString();
            default -> json.getNumberValue();
        };
    }

    private static int line(JsonParser json) {
        return json.currentTokenLocation().getLineNr();
    }

    private void fault(int line, String message) {
        faults.add(new Fault(source.name(), line, message));
    }
}
