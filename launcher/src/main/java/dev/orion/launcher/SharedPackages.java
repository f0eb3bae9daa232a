// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/** The packages whose classes are the same for the host and for the bundles. */
final class SharedPackages {

    /** What a bundle compiled against 1.7 or 2.0 of SLF4J asks for. */
    private static final Set<String> SLF4J_VERSIONS = Set.of("1.7.36", "2.0.20");

    private static final Set<String> SLF4J_PACKAGES =
            Set.of("org.slf4j", "org.slf4j.event", "org.slf4j.helpers", "org.slf4j.spi");

    /** By which other bundles, ours not, log; see BundleLog. */
    private static final String OSGI_LOG = "org.osgi.service.log;version=\"1.5\"";

    private final String api;
    private final Set<String> names = new TreeSet<>();

    /**
     * The API's packages and those for logging.
     *
     * @param api in the form of {@code Export-Package}
     */
    SharedPackages(String api) {
        this.api = api;
        for (String clause : Clauses.split(api)) {
            names.add(clause.substring(0, clause.indexOf(';')));
        }
    }

    /** What the framework is told to export from the class path. */
    String exports() {
        var exports = new StringBuilder(api).append(',').append(OSGI_LOG);
        for (String version : new TreeSet<>(SLF4J_VERSIONS)) {
            for (String name : new TreeSet<>(SLF4J_PACKAGES)) {
                exports.append(',').append(name).append(";version=\"").append(version).append('"');
            }
        }
        return exports.toString();
    }

    /** Whether bundles and host mean the same class by that name. */
    boolean contains(Class<?> type) {
        return isApi(type) || type.getName().startsWith("java.");
    }

    private boolean isApi(Class<?> type) {
        return names.contains(type.getPackageName());
    }

    /**
     * The names under which bundles can find a host's service: its type, where they can see it, and
     * those of the API that the type extends.
     *
     * @throws IllegalArgumentException when there are none
     */
    Set<String> serviceNames(Class<?> type) {
        var found = new LinkedHashSet<String>();
        if (contains(type)) {
            found.add(type.getName());
        }
        addInherited(type, found);
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    "service type: "
                            + type.getName()
                            + " (expected: a type of dev.orion.api or one that extends such a"
                            + " type)");
        }
        return found;
    }

    private void addInherited(Class<?> type, Set<String> found) {
        for (Class<?> parent : type.getInterfaces()) {
            if (isApi(parent)) {
                found.add(parent.getName());
            }
            addInherited(parent, found);
        }
        if (type.getSuperclass() != null) {
            addInherited(type.getSuperclass(), found);
        }
    }
}
