// SPDX-License-Identifier: Apache-2.0
package dev.orion.hotdeploy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.osgi.framework.BundleActivator;

/** Builds jars; without anything said, a bundle {@code plug.echo} 1.0.0 that works. */
final class TestJar {

    private final Map<String, String> headers = new LinkedHashMap<>();
    private Class<? extends BundleActivator> activator = WorkingActivator.class;
    private String content = "";

    TestJar() {
        header("Bundle-ManifestVersion", "2");
        header("Bundle-SymbolicName", "plug.echo");
        header("Bundle-Version", "1.0.0");
    }

    static TestJar version(String version) {
        return new TestJar().header("Bundle-Version", version);
    }

    static TestJar named(String symbolicName) {
        return new TestJar().header("Bundle-SymbolicName", symbolicName);
    }

    TestJar header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    TestJar without(String name) {
        headers.remove(name);
        return this;
    }

    TestJar activator(Class<? extends BundleActivator> other) {
        activator = other;
        return this;
    }

    TestJar content(String other) {
        content = other;
        return this;
    }

    byte[] bytes() {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.forEach(manifest.getMainAttributes()::putValue);
        manifest.getMainAttributes().putValue("Bundle-Activator", activator.getName());
        String imports = headers.getOrDefault("Import-Package", "org.osgi.framework");
        if (!imports.contains("org.osgi.framework")) {
            imports += ",org.osgi.framework";
        }
        manifest.getMainAttributes().putValue("Import-Package", imports);

        var bytes = new ByteArrayOutputStream();
        try (var jar = new JarOutputStream(bytes, manifest)) {
            String path = activator.getName().replace('.', '/') + ".class";
            jar.putNextEntry(new ZipEntry(path));
            try (InputStream in = TestJar.class.getClassLoader().getResourceAsStream(path)) {
                in.transferTo(jar);
            }
            jar.putNextEntry(new ZipEntry("content.txt"));
            jar.write(content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** Puts the jar into its place in one step, as one should. */
    void copyTo(Path file) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".part");
        Files.write(next, bytes());
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
