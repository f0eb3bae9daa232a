// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.SAXParser;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The definitions of every bundle that is installed, whether it is active or not.
 *
 * <p>Where a bundle is installed in several versions, the highest counts.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class InstalledDefinitions {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.config");

    private final BundleContext context;
    private Optional<SAXParser> parser = Optional.empty();
    private Map<Long, Read> read = Map.of();

    InstalledDefinitions(BundleContext context) {
        this.context = context;
    }

    private record Read(long lastModified, List<Definition> definitions) {}

    /** By PID. */
    Map<String, Definition> all() {
        Map<Long, Read> now = new HashMap<>();
        Map<String, Definition> all = new LinkedHashMap<>();
        for (Bundle bundle : highestVersions()) {
            Read current = current(bundle);
            now.put(bundle.getBundleId(), current);
            current.definitions().forEach(one -> all.merge(one.pid(), one, Definition::and));
        }
        read = now;
        parser = Optional.empty();
        return all;
    }

    private Read current(Bundle bundle) {
        long modified = bundle.getLastModified();
        Read known = read.get(bundle.getBundleId());
        return known != null && known.lastModified() == modified
                ? known
                : new Read(modified, of(bundle));
    }

    private List<Bundle> highestVersions() {
        var highest = new LinkedHashMap<String, Bundle>();
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getState() != Bundle.UNINSTALLED) {
                String name = String.valueOf(bundle.getSymbolicName());
                highest.merge(name, bundle, InstalledDefinitions::higher);
            }
        }
        return List.copyOf(highest.values());
    }

    private static Bundle higher(Bundle one, Bundle other) {
        return Comparator.comparing(Bundle::getVersion).compare(one, other) < 0 ? other : one;
    }

    /**
     * Looks into the bundle itself: {@code findEntries} would resolve it, and so lock others out.
     */
    private List<Definition> of(Bundle bundle) {
        Enumeration<String> found = bundle.getEntryPaths("OSGI-INF/metatype");
        var definitions = new ArrayList<Definition>();
        for (String path : found == null ? List.<String>of() : Collections.list(found)) {
            if (!path.endsWith(".xml")) {
                continue;
            }
            URL resource = bundle.getEntry(path);
            try (InputStream xml = resource.openStream()) {
                definitions.addAll(Metatype.read(parser(), xml));
            } catch (IOException | IllegalArgumentException unreadable) {
                LOG.atWarn()
                        .addKeyValue("bundle", bundle.getSymbolicName())
                        .addKeyValue("resource", resource.getPath())
                        .addKeyValue("reason", unreadable.getMessage())
                        .log("Metatype resource cannot be read");
            }
        }
        return definitions;
    }

    private SAXParser parser() {
        if (parser.isEmpty()) {
            parser = Optional.of(Metatype.parser());
        }
        return parser.get();
    }
}
