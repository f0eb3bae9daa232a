// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The bundles that the launcher's jar carries.
 *
 * @param fingerprint differs when any of the bundles or shared packages does
 * @param packages what the class path shares with the bundles, in the form of {@code
 *     Export-Package}
 */
record BundleIndex(
        URL location, String version, String fingerprint, String packages, List<Entry> bundles) {

    static final String NAME = "bundles.index";

    private static final String RESOURCE = "/orion/" + NAME;

    BundleIndex {
        bundles = List.copyOf(bundles);
    }

    /** When a bundle is started; the order is that of the start levels. */
    enum Kind {
        /** Attached, never started. */
        FRAGMENT(1),
        /** Contracts, libraries, and the bundles that run components. */
        BASE(1),
        /** Where records are kept; whoever uses it would begin anew if it came later. */
        STORE(2),
        /** What makes Orion. */
        OURS(3),
        /** What looks for further bundles; ours have to be there to take them. */
        DEPLOYER(4),
        /** Commands. */
        SHELL(5),
        /** What talks with a terminal; started only where there is one. */
        INTERACTIVE(6);

        private final int startLevel;

        Kind(int startLevel) {
            this.startLevel = startLevel;
        }

        int startLevel() {
            return startLevel;
        }

        /** The level at which everything runs. */
        static int lastStartLevel() {
            return INTERACTIVE.startLevel;
        }
    }

    /** One bundle. */
    record Entry(String file, Kind kind) {

        private static final String SCHEME = "orion:";

        /** As Netty's native fragments are called. */
        private static final String PROCESSOR =
                System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch_64";

        /** What the framework knows it by. */
        String bundleLocation() {
            return SCHEME + file;
        }

        /** Whether it is not the native code of another processor. */
        boolean fitsHere() {
            return !file.contains(".linux-") || file.contains(".linux-" + PROCESSOR);
        }

        /** Whether the framework's bundle of that location came from an index. */
        static boolean isOurs(String bundleLocation) {
            return bundleLocation.startsWith(SCHEME);
        }
    }

    /** The index beside this class. */
    static BundleIndex ofLauncher() {
        URL location = BundleIndex.class.getResource(RESOURCE);
        if (location == null) {
            throw new IllegalStateException(RESOURCE + ": missing from the launcher's jar");
        }
        return read(location);
    }

    static BundleIndex read(URL location) {
        var values = new HashMap<String, String>();
        var bundles = new ArrayList<Entry>();
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(location.openStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int equals = line.indexOf('=');
                String key = line.substring(0, equals);
                String value = line.substring(equals + 1);
                if (HEADERS.contains(key)) {
                    values.put(key, value);
                } else {
                    bundles.add(new Entry(value, Kind.valueOf(key.toUpperCase(Locale.ROOT))));
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return of(location, values, bundles);
    }

    private static final List<String> HEADERS = List.of("version", "fingerprint", "packages");

    private static BundleIndex of(URL location, Map<String, String> values, List<Entry> bundles) {
        return new BundleIndex(
                location,
                values.get("version"),
                values.get("fingerprint"),
                values.get("packages"),
                bundles);
    }

    /** The bytes of a bundle; the caller closes the stream. */
    InputStream open(Entry entry) throws IOException {
        return new URL(location, "bundles/" + entry.file()).openStream();
    }
}
