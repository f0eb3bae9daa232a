// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest.whole;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;

/** Makes bundles of {@link GreetPlugin} and drops them into the folder {@code deploy}. */
final class PluginJar {

    static final String NAME = "dev.example.greet";

    private static final List<Class<?>> CLASSES =
            List.of(GreetPlugin.class, GreetPlugin.Greeter.class);

    private PluginJar() {}

    /** Drops a jar in one step, as {@code mv} does. */
    static Path drop(Path home, String file, String version, String greeting) throws IOException {
        Path half = home.resolve("data").resolve(file + ".part");
        write(half, version, greeting);
        return Files.move(
                half,
                home.resolve("deploy").resolve(file),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Drops a bundle of the product as its next version. */
    static Path dropNext(Path home, Bundle bundle, String version) throws IOException {
        String file = bundle.getSymbolicName() + ".jar";
        Path half = home.resolve("data").resolve(file + ".part");
        try (var in = new JarInputStream(new URL(bundle.getLocation()).openStream())) {
            var manifest = new Manifest(in.getManifest());
            manifest.getMainAttributes().putValue("Bundle-Version", version);
            try (var out = new JarOutputStream(Files.newOutputStream(half), manifest)) {
                for (JarEntry entry = in.getNextJarEntry();
                        entry != null;
                        entry = in.getNextJarEntry()) {
                    out.putNextEntry(new JarEntry(entry.getName()));
                    in.transferTo(out);
                }
            }
        }
        return Files.move(
                half,
                home.resolve("deploy").resolve(file),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static void write(Path jar, String version, String greeting) throws IOException {
        var manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", NAME);
        headers.putValue("Bundle-Version", version);
        headers.putValue("Bundle-Activator", GreetPlugin.class.getName());
        headers.putValue(GreetPlugin.GREETING, greeting);
        headers.putValue(
                "Import-Package",
                "dev.orion.net,dev.orion.protocol,io.netty.buffer,io.netty.channel,"
                        + "io.netty.util.concurrent,org.osgi.framework");
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            for (Class<?> each : CLASSES) {
                String name = each.getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(name));
                try (var in = each.getResourceAsStream("/" + name)) {
                    in.transferTo(out);
                }
            }
        }
    }
}
