// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.Attributes;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads a metatype resource (OSGi Compendium R8 §105.8).
 *
 * <p>Not through the Meta Type Service: that gives away neither a key's bounds, which a report
 * should name, nor whether a key's default is the empty text or missing.
 */
final class Metatype extends DefaultHandler {

    private final Map<String, Map<String, Attribute>> classes = new HashMap<>();
    private final List<Designated> designated = new ArrayList<>();

    private Map<String, Attribute> current = new LinkedHashMap<>();
    private final List<String> options = new ArrayList<>();
    private Map<String, String> attribute = Map.of();
    private String pid = "";
    private boolean factory;

    private record Designated(String pid, boolean factory, String classId) {}

    private Metatype() {}

    /**
     * The definitions of one resource.
     *
     * @param parser one of {@link #parser}
     * @throws IOException when it cannot be read or is no XML
     */
    static List<Definition> read(SAXParser parser, InputStream xml) throws IOException {
        var handler = new Metatype();
        try {
            parser.parse(xml, handler);
        } catch (SAXException wrong) {
            throw new IOException(wrong);
        }
        return handler.definitions();
    }

    /** For any number of resources, one after another; making one takes longer than reading. */
    static SAXParser parser() {
        try {
            SAXParserFactory factory = SAXParserFactory.newDefaultNSInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newSAXParser();
        } catch (SAXException | ParserConfigurationException impossible) {
            throw new IllegalStateException(impossible); // every JDK has it
        }
    }

    @Override
    public void startElement(String uri, String local, String qualified, Attributes xml) {
        switch (local) {
            case "OCD" -> {
                current = new LinkedHashMap<>();
                classes.put(xml.getValue("id"), current);
            }
            case "AD" -> {
                attribute = new HashMap<>();
                for (int i = 0; i < xml.getLength(); i++) {
                    attribute.put(xml.getLocalName(i), xml.getValue(i));
                }
                options.clear();
            }
            case "Option" -> options.add(xml.getValue("value"));
            case "Designate" -> {
                factory = xml.getValue("factoryPid") != null;
                pid = factory ? xml.getValue("factoryPid") : xml.getValue("pid");
            }
            case "Object" -> designated.add(new Designated(pid, factory, xml.getValue("ocdref")));
            default -> {
                // names, icons and the like
            }
        }
    }

    @Override
    public void endElement(String uri, String local, String qualified) {
        if (local.equals("AD")) {
            String key = attribute.get("id");
            current.put(key, attribute(key));
        }
    }

    private Attribute attribute(String key) {
        String type = attribute.getOrDefault("type", "String");
        int cardinality = Integer.parseInt(attribute.getOrDefault("cardinality", "0"));
        boolean required =
                cardinality == 0
                        && !attribute.containsKey("default")
                        && !"false".equals(attribute.get("required"));
        // Metatype has no type for durations; a key whose default is one has no other values.
        boolean duration =
                type.equals("String")
                        && Attribute.millis(attribute.getOrDefault("default", "")).isPresent();
        return new Attribute(
                key,
                ValueType.of(type).orElse(ValueType.STRING),
                duration,
                type.equals("Password"),
                cardinality,
                required,
                bound("min", duration),
                bound("max", duration),
                options);
    }

    /** A bound that is no number belongs to a type that has none here. */
    private Optional<BigDecimal> bound(String name, boolean duration) {
        if (duration) {
            return Attribute.millis(attribute.getOrDefault(name, ""));
        }
        try {
            return Optional.ofNullable(attribute.get(name)).map(BigDecimal::new);
        } catch (NumberFormatException notNumber) {
            return Optional.empty();
        }
    }

    private List<Definition> definitions() {
        return designated.stream()
                .filter(one -> classes.containsKey(one.classId()))
                .map(
                        one ->
                                new Definition(
                                        one.pid(),
                                        one.factory(),
                                        !one.factory(),
                                        classes.get(one.classId())))
                .toList();
    }
}
