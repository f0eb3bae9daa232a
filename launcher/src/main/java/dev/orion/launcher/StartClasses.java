// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** The classes of bundles that a start needs, in the order in which the JVM loaded them. */
final class StartClasses {

    private static final String SEPARATOR = " ";

    /** As the JVM logs a class that it has loaded. */
    private static final String SOURCE = " source: ";

    private final List<String> lines;

    private StartClasses(List<String> lines) {
        this.lines = List.copyOf(lines);
    }

    /** Those that a log of the JVM names. */
    static StartClasses ofLog(List<String> log) {
        var found = new ArrayList<String>();
        for (String line : log) {
            int name = line.indexOf(SOURCE);
            if (name > 0) {
                String source = line.substring(name + SOURCE.length());
                if (BundleIndex.Entry.isOurs(source)) {
                    found.add(source + SEPARATOR + line.substring(0, name));
                }
            }
        }
        return new StartClasses(found);
    }

    /** Loads and links them; what is not linked goes into no archive. */
    @SuppressWarnings("ReturnValueIgnored") // asked for what it takes to answer
    void link(BundleContext context) {
        load(context, Class::getDeclaredMethods);
    }

    private void load(BundleContext context, Consumer<Class<?>> then) {
        for (String line : lines) {
            try {
                load(context, line).ifPresent(then);
            } catch (ClassNotFoundException | LinkageError notThere) {
                // Whoever needs it will say so.
            } catch (IllegalStateException stopped) {
                return;
            }
        }
    }

    private static Optional<Class<?>> load(BundleContext context, String line)
            throws ClassNotFoundException {
        int end = line.indexOf(SEPARATOR);
        Bundle bundle = context.getBundle(line.substring(0, end));
        if (bundle == null) {
            return Optional.empty();
        }
        return Optional.of(bundle.loadClass(line.substring(end + SEPARATOR.length())));
    }
}
