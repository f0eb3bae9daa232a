// SPDX-License-Identifier: Apache-2.0
package dev.orion.hotdeploy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/**
 * A jar that has been read to its last byte and found to be a bundle.
 *
 * @param copy what was read; the file itself may change at any time
 * @param fingerprint of the content
 */
record PluginJar(Path copy, String fingerprint, String symbolicName, Version version) {

    /**
     * Copies a file and looks at every byte of the copy.
     *
     * @throws BrokenJarException when it is no bundle, or not yet one
     */
    static PluginJar read(Path file, Path copy) {
        try {
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            refuseWhatIsNoZip(copy);
            try (var jar = new JarFile(copy.toFile(), true)) {
                readEveryEntry(jar);
                return of(jar.getManifest(), copy);
            }
        } catch (IOException | SecurityException damaged) {
            throw new BrokenJarException("truncated or damaged: " + Reasons.oneLine(damaged));
        }
    }

    private static void refuseWhatIsNoZip(Path copy) throws IOException {
        try (InputStream in = Files.newInputStream(copy)) {
            byte[] start = in.readNBytes(2);
            if (start.length == 0) {
                throw new BrokenJarException("empty");
            }
            if (start.length < 2 || start[0] != 'P' || start[1] != 'K') {
                throw new BrokenJarException("not a zip file");
            }
        }
    }

    /** Checks the sums, and the signatures where there are any. */
    private static void readEveryEntry(JarFile jar) throws IOException {
        for (JarEntry entry : Collections.list(jar.entries())) {
            try (InputStream in = jar.getInputStream(entry)) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            }
        }
    }

    private static PluginJar of(Manifest manifest, Path copy) throws IOException {
        Attributes headers = manifest == null ? new Attributes() : manifest.getMainAttributes();
        String name = headers.getValue(Constants.BUNDLE_SYMBOLICNAME);
        if (name == null || !"2".equals(headers.getValue(Constants.BUNDLE_MANIFESTVERSION))) {
            throw new BrokenJarException(
                    "not a bundle: no Bundle-SymbolicName with Bundle-ManifestVersion 2");
        }
        String version = headers.getValue(Constants.BUNDLE_VERSION);
        try {
            return new PluginJar(
                    copy,
                    fingerprint(copy),
                    name.split(";", 2)[0].trim(),
                    Version.parseVersion(version));
        } catch (IllegalArgumentException malformed) {
            throw new BrokenJarException(
                    "Bundle-Version: " + version + " (expected: 1.2.3 or 1.2.3.qualifier)");
        }
    }

    private static String fingerprint(Path file) throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException impossible) { // every Java platform has it
            throw new IllegalStateException(impossible);
        }
    }
}
