// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** The echo example, also in versions that its author has not written yet. */
final class EchoPlugin {

    private static final Path EXAMPLE = OrionProcess.ROOT.resolve("examples/echo-protocol");
    private static final String SOURCE = "src/main/java/dev/orion/example/echo/EchoProtocol.java";
    private static final String GREETING = "\"hello, \"";

    private EchoPlugin() {}

    /** The jar as it was built. */
    static Path jar() throws IOException {
        try (var jars = Files.newDirectoryStream(EXAMPLE.resolve("target"), "*.jar")) {
            return jars.iterator().next();
        }
    }

    /** The jar after its author has changed the greeting and the version. */
    static Path jar(Path directory, String version, String greeting) throws IOException {
        Path classes = compile(Files.createDirectories(directory.resolve("v" + version)), greeting);
        Path made = directory.resolve("echo-" + version + ".jar");
        return rewrite(made, classes, Map.of("Bundle-Version", version));
    }

    /** A jar that nobody can run, because it also imports a package that nobody has. */
    static Path jarThatImports(Path directory, String packageName) throws IOException {
        Map<String, String> headers =
                Map.of("Bundle-SymbolicName", "poor", "Import-Package", packageName);
        return rewrite(directory.resolve("poor.jar"), directory, headers);
    }

    private static Path rewrite(Path made, Path classes, Map<String, String> headers)
            throws IOException {
        try (var original = new JarFile(jar().toFile())) {
            var manifest = new Manifest(original.getManifest());
            headers.forEach(
                    (name, value) ->
                            manifest.getMainAttributes().put(new Attributes.Name(name), value));
            try (var out = new JarOutputStream(Files.newOutputStream(made), manifest)) {
                for (JarEntry entry : original.stream().toList()) {
                    if (!entry.isDirectory() && !entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        copy(original, entry, classes, out);
                    }
                }
            }
        }
        return made;
    }

    /** Puts a jar into a deploy folder as one step, as {@code cp} and {@code mv} do. */
    static Path deploy(Path jar, Path home, String name) throws IOException {
        Path half = home.resolve("data").resolve(name + ".part");
        Files.copy(jar, half, StandardCopyOption.REPLACE_EXISTING);
        return Files.move(
                half,
                home.resolve("deploy").resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path compile(Path directory, String greeting) throws IOException {
        String source = Files.readString(EXAMPLE.resolve(SOURCE));
        if (!source.contains(GREETING)) {
            throw new AssertionError("the example greets otherwise now; see " + SOURCE);
        }
        Path changed = directory.resolve("EchoProtocol.java");
        Files.writeString(changed, source.replace(GREETING, "\"" + greeting + "\""));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var options =
                    List.of(
                            "-proc:none",
                            "--release",
                            "17",
                            "-d",
                            directory.toString(),
                            "-cp",
                            System.getProperty("java.class.path"));
            boolean compiled =
                    compiler.getTask(
                                    null,
                                    files,
                                    null,
                                    options,
                                    null,
                                    files.getJavaFileObjects(changed))
                            .call();
            if (!compiled) {
                throw new AssertionError("the changed example does not compile");
            }
        }
        return directory;
    }

    private static void copy(JarFile original, JarEntry entry, Path classes, JarOutputStream out)
            throws IOException {
        Path replaced = classes.resolve(entry.getName());
        out.putNextEntry(new JarEntry(entry.getName()));
        try (InputStream in =
                Files.exists(replaced)
                        ? Files.newInputStream(replaced)
                        : original.getInputStream(entry)) {
            in.transferTo(out);
        }
        out.closeEntry();
    }
}
