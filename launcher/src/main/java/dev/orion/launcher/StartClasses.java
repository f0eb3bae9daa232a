// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/**
 * The classes of bundles that a start needs, in the order in which the training saw them loaded.
 *
 * <p>They can be loaded by a second processor while the first starts the bundles. Loading does not
 * initialize: nothing of a bundle runs before its time.
 */
final class StartClasses {

    /** The system property that names the file with them. */
    static final String PROPERTY = "orion.classes";

    private static final String SEPARATOR = " ";

    /** As the JVM logs a class that it has loaded. */
    private static final String SOURCE = " source: ";

    private final List<String> lines;

    private StartClasses(List<String> lines) {
        this.lines = List.copyOf(lines);
    }

    /** Those of the file that the system property names; none where it names none. */
    static StartClasses ofProcess() {
        String file = System.getProperty(PROPERTY);
        return file == null ? new StartClasses(List.of()) : of(Path.of(file));
    }

    static StartClasses of(Path file) {
        try {
            return new StartClasses(Files.readAllLines(file));
        } catch (IOException unreadable) {
            return new StartClasses(List.of()); // a start without them only takes longer
        }
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

    void write(Path file) throws IOException {
        Files.write(file, lines);
    }

    /** Loads them on a thread of their own, as far as the bundles are there. */
    void loadAhead(BundleContext context) {
        if (lines.isEmpty()) {
            return;
        }
        var thread = new Thread(() -> load(context, loaded -> {}), "orion-classes");
        thread.setDaemon(true);
        thread.start();
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
