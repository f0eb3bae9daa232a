// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes an index of one small bundle, as the build makes one of many. */
final class FixtureBundles {

    static final String NAME = "dev.orion.fixture";

    private static final List<String> CLASSES =
            List.of("FixtureActivator", "ScriptedConfiguration", "ScriptedNetwork");

    private FixtureBundles() {}

    /**
     * Writes {@code orion/bundles.index} and its bundle.
     *
     * @param folder to be put on a class path before the launcher's own classes, or read from
     * @param version of the bundle
     */
    static BundleIndex write(Path folder, String version) throws IOException {
        Path jars = Files.createDirectories(folder.resolve("jars-" + version));
        Files.copy(api(), jars.resolve("api.jar"));
        writeJar(jars.resolve("fixture.jar"), version);
        Path target = Files.createDirectories(folder.resolve("orion"));
        new BundleIndexWriter(jars, target).write("1.2.3", Set.of(NAME));
        return BundleIndex.read(target.resolve(BundleIndex.NAME).toUri().toURL());
    }

    private static Path api() {
        var source = dev.orion.net.Endpoint.class.getProtectionDomain().getCodeSource();
        return Path.of(java.net.URI.create(source.getLocation().toString()));
    }

    private static void writeJar(Path jar, String version) throws IOException {
        var manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", NAME);
        headers.putValue("Bundle-Version", version);
        headers.putValue("Bundle-Activator", "dev.orion.launcher.fixture.FixtureActivator");
        headers.putValue(
                "Import-Package",
                "org.osgi.framework,dev.orion.access,dev.orion.configuration,dev.orion.net");
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            for (String name : CLASSES) {
                String path = "dev/orion/launcher/fixture/" + name + ".class";
                out.putNextEntry(new JarEntry(path));
                try (InputStream code =
                        FixtureBundles.class.getClassLoader().getResourceAsStream(path)) {
                    code.transferTo(out);
                }
            }
        }
    }
}
