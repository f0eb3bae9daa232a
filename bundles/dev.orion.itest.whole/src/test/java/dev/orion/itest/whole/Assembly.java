// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest.whole;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemPackage;

import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ops4j.pax.exam.Option;

/**
 * The product as options of Pax Exam: the very bundles that the launcher's jar carries, at its
 * start levels and with the properties that it gives the framework.
 *
 * <p><b>Threads:</b> used outside of the framework, before it is made.
 */
final class Assembly {

    private static final URL INDEX = Assembly.class.getResource("/orion/bundles.index");
    private static final Map<String, Integer> START_LEVELS =
            Map.of("fragment", 1, "base", 1, "store", 2, "ours", 3, "deployer", 4, "shell", 5);
    private static final List<String> SLF4J =
            List.of("org.slf4j", "org.slf4j.event", "org.slf4j.helpers", "org.slf4j.spi");

    private final List<Option> options = new ArrayList<>();

    private Assembly() {}

    /** The whole product in a home of its own, to be configured by {@code conf/orion.json}. */
    static Option[] options(String configuration) throws IOException {
        var assembly = new Assembly();
        assembly.home(configuration);
        for (String line : lines()) {
            int equals = line.indexOf('=');
            assembly.line(line.substring(0, equals), line.substring(equals + 1));
        }
        assembly.testTools();
        return assembly.options.toArray(Option[]::new);
    }

    private static List<String> lines() throws IOException {
        try (var in = INDEX.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private void home(String configuration) throws IOException {
        Path target = Files.createDirectories(Path.of("target", "homes").toAbsolutePath());
        Path home = Files.createTempDirectory(target, "home");
        for (String folder : List.of("conf", "deploy", "data", "data/cm", "data/tmp", "log")) {
            Files.createDirectories(home.resolve(folder));
        }
        Files.writeString(home.resolve("conf/orion.json"), configuration);
        property("orion.home", home.toString());
        property("orion.config", "");
        property("orion.set", "");
        property("orion.port.offset", "0");
        property("orion.shell", "false");
        property("felix.cm.dir", home.resolve("data/cm").toString());
        property("felix.fileinstall.dir", home.resolve("deploy").toString());
        property("felix.fileinstall.tmpdir", home.resolve("data/tmp").toString());
        property("felix.fileinstall.poll", "100");
        property("felix.fileinstall.noInitialDelay", "true");
        property("felix.fileinstall.filter", ".*\\.jar");
        property("felix.fileinstall.subdir.mode", "skip");
        property("felix.fileinstall.enableConfigSave", "false");
        property("felix.fileinstall.log.level", "0");
        property("felix.bootdelegation.implicit", "false");
        property("felix.log.level", "0");
        property("org.osgi.framework.bootdelegation", "jdk.jfr,jdk.jfr.*,sun.nio.ch");
        property("org.osgi.framework.bsnversion", "multiple");
        property("felix.startlevel.bundle", "4");
    }

    private void property(String key, String value) {
        options.add(frameworkProperty(key).value(value));
    }

    private void line(String key, String value) throws IOException {
        switch (key) {
            case "version" -> property("orion.version", value);
            case "fingerprint" -> {}
            case "packages" -> sharedPackages(value);
            default -> product(key, value);
        }
    }

    private void sharedPackages(String api) {
        Matcher clause = Pattern.compile("[^,;]+;version=\"[^\"]*\"").matcher(api);
        while (clause.find()) {
            options.add(systemPackage(clause.group()));
        }
        options.add(systemPackage("org.osgi.service.log;version=\"1.5\""));
        for (String name : SLF4J) {
            options.add(systemPackage(name + ";version=\"1.7.36\""));
            options.add(systemPackage(name + ";version=\"2.0.20\""));
        }
    }

    private void product(String kind, String file) throws IOException {
        var option = bundle(new URL(INDEX, "bundles/" + file).toString());
        // Fragments are attached, and what talks with a terminal is not started without one.
        Integer level = START_LEVELS.get(kind);
        boolean starts = level != null && !kind.equals("fragment");
        options.add(option.start(starts).startLevel(level == null ? 6 : level));
    }

    private void testTools() throws IOException {
        options.add(junitBundles());
        for (String jar : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            String name = Path.of(jar).getFileName().toString();
            if (name.startsWith("assertj-core-") || name.startsWith("byte-buddy-")) {
                options.add(bundle("reference:" + Path.of(jar).toUri()));
            }
        }
    }
}
