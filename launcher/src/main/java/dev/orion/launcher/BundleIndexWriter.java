// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.osgi.framework.Constants;

/**
 * Puts the bundles that a run descriptor names, and an index of them, where the launcher's jar is
 * made from. Run by the build.
 */
public final class BundleIndexWriter {

    private static final String API = "dev.orion.api";

    private final Path target;
    private final Map<String, Path> jars;
    private final List<String> lines = new ArrayList<>();
    private final MessageDigest digest;

    BundleIndexWriter(Path source, Path target) throws IOException {
        this.target = target;
        this.jars = bySymbolicName(source);
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible); // every JDK has it
        }
    }

    /**
     * Writes the index.
     *
     * @param arguments the version, the run descriptor, the folder with every bundle that it may
     *     name, the folder to write to
     */
    public static void main(String[] arguments) throws IOException {
        var runBundles = new Properties();
        try (var descriptor = Files.newBufferedReader(Path.of(arguments[1]))) {
            runBundles.load(descriptor);
        }
        new BundleIndexWriter(Path.of(arguments[2]), Path.of(arguments[3]))
                .write(arguments[0], symbolicNames(runBundles.getProperty("-runbundles", "")));
    }

    void write(String version, Set<String> names) throws IOException {
        Path bundles = Files.createDirectories(target.resolve("bundles"));
        var kept = new TreeSet<String>();
        for (String name : names) {
            kept.add(add(name, bundles));
        }
        removeOthers(bundles, kept);
        String packages = exportedPackages(jar(API));
        digest.update(packages.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        lines.add(0, "version=" + version);
        lines.add(1, "fingerprint=" + HexFormat.of().formatHex(digest.digest()));
        lines.add(2, "packages=" + packages);
        Files.write(target.resolve(BundleIndex.NAME), lines);
    }

    /** Copies a bundle and notes it; returns the name of its file. */
    private String add(String name, Path bundles) throws IOException {
        Path jar = jar(name);
        Attributes headers = headers(jar);
        String file = name + "-" + headers.getValue(Constants.BUNDLE_VERSION) + ".jar";
        Path copy = bundles.resolve(file);
        StoredJar.copy(jar, copy);
        digest.update(Files.readAllBytes(copy));
        boolean fragment = headers.getValue(Constants.FRAGMENT_HOST) != null;
        var kind = fragment ? BundleIndex.Kind.FRAGMENT : StartOrder.kind(name);
        lines.add(kind.name().toLowerCase(java.util.Locale.ROOT) + "=" + file);
        return file;
    }

    private Path jar(String name) {
        Path jar = jars.get(name);
        if (jar == null) {
            throw new IllegalStateException(name + ": not among the dependencies of the launcher");
        }
        return jar;
    }

    private static void removeOthers(Path bundles, Set<String> kept) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(bundles)) {
            for (Path file : found) {
                if (!kept.contains(file.getFileName().toString())) {
                    Files.delete(file);
                }
            }
        }
    }

    private static Map<String, Path> bySymbolicName(Path folder) throws IOException {
        var found = new TreeMap<String, Path>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path file : files) {
                String name = headers(file).getValue(Constants.BUNDLE_SYMBOLICNAME);
                if (name != null) {
                    found.merge(symbolicName(name), file, BundleIndexWriter::newer);
                }
            }
        }
        return found;
    }

    /** What an older build left behind loses. */
    private static Path newer(Path one, Path other) {
        try {
            return version(one).compareTo(version(other)) > 0 ? one : other;
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }

    private static org.osgi.framework.Version version(Path jar) throws IOException {
        return org.osgi.framework.Version.parseVersion(
                headers(jar).getValue(Constants.BUNDLE_VERSION));
    }

    private static Attributes headers(Path jar) throws IOException {
        try (var file = new JarFile(jar.toFile())) {
            var manifest = file.getManifest();
            return manifest == null ? new Attributes() : manifest.getMainAttributes();
        }
    }

    private static Set<String> symbolicNames(String clauses) {
        var names = new TreeSet<String>();
        for (String clause : Clauses.split(clauses)) {
            names.add(symbolicName(clause));
        }
        return names;
    }

    private static String symbolicName(String clause) {
        int end = clause.indexOf(';');
        return (end < 0 ? clause : clause.substring(0, end)).strip();
    }

    /** Names and versions, without the other attributes. */
    private static String exportedPackages(Path jar) throws IOException {
        String exports = headers(jar).getValue(Constants.EXPORT_PACKAGE);
        var packages = new ArrayList<String>();
        for (String clause : Clauses.split(exports == null ? "" : exports)) {
            packages.add(symbolicName(clause) + ";version=\"" + Clauses.version(clause) + "\"");
        }
        return String.join(",", packages);
    }
}
