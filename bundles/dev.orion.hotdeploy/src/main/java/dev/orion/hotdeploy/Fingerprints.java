// SPDX-License-Identifier: Apache-2.0
package dev.orion.hotdeploy;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import org.osgi.framework.Bundle;

/**
 * Remembers over restarts what content each bundle was made from.
 *
 * <p>Where the file cannot be read, bundles count as changed and are updated: slower, not wrong.
 */
final class Fingerprints {

    private final Path file;
    private final Properties byLocation = new Properties();

    Fingerprints(Path file) {
        this.file = file;
        if (Files.exists(file)) {
            try (Reader in = Files.newBufferedReader(file)) {
                byLocation.load(in);
            } catch (IOException | IllegalArgumentException unreadable) {
                byLocation.clear();
            }
        }
    }

    boolean matches(Bundle bundle, PluginJar jar) {
        return jar.fingerprint().equals(byLocation.getProperty(bundle.getLocation()));
    }

    void put(Bundle bundle, PluginJar jar) {
        byLocation.setProperty(bundle.getLocation(), jar.fingerprint());
        save();
    }

    void remove(Bundle bundle) {
        byLocation.remove(bundle.getLocation());
        save();
    }

    private void save() {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try {
            try (Writer out = Files.newBufferedWriter(next)) {
                byLocation.store(out, null);
            }
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }
}
