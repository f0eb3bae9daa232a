// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What may import what, read from the manifests that bnd computed from the classes. */
class ArchitectureIT {

    private static final Set<String> APIS = Set.of("dev.orion.api", "dev.orion.protocol.api");

    /** A library in a bundle of ours, and what it exports of itself. */
    private static final Map<String, Set<String>> WRAPPED =
            Map.of("dev.orion.boringssl", Set.of("io.netty.internal.tcnative"));

    /** Bundles whose business is the framework itself. */
    private static final Set<String> MAY_USE_THE_FRAMEWORK =
            Set.of(
                    "dev.orion.admin",
                    "dev.orion.bridge.mqtt",
                    "dev.orion.config",
                    "dev.orion.hotdeploy",
                    "dev.orion.manager.network",
                    "dev.orion.manager.protocol",
                    "dev.orion.shell",
                    "dev.orion.store.log");

    /** Not part of the product. */
    private static final Set<String> WORKSHOP =
            Set.of(
                    "dev.orion.bench",
                    "dev.orion.itest",
                    "dev.orion.itest.whole",
                    "dev.orion.testkit");

    private static final Map<String, Attributes> BUNDLES = new TreeMap<>();

    @BeforeAll
    static void readManifests() throws IOException {
        Path bundles = Path.of(System.getProperty("user.dir")).getParent();
        try (var folders = Files.newDirectoryStream(bundles, "dev.orion.*")) {
            for (Path folder : folders) {
                String name = folder.getFileName().toString();
                if (!WORKSHOP.contains(name)) {
                    BUNDLES.put(name, manifest(folder, name));
                }
            }
        }
    }

    @Test
    void aBundleIsCalledLikeItsFolder() {
        BUNDLES.forEach(
                (folder, manifest) ->
                        assertThat(manifest.getValue("Bundle-SymbolicName")).isEqualTo(folder));
    }

    @Test
    void onlyApiBundlesExport() {
        BUNDLES.forEach(
                (name, manifest) -> {
                    if (!APIS.contains(name)) {
                        assertThat(packages(manifest, "Export-Package"))
                                .as(name)
                                .containsExactlyInAnyOrderElementsOf(
                                        WRAPPED.getOrDefault(name, Set.of()));
                    }
                });
    }

    @Test
    void nothingOfOursIsImportedButTheApis() {
        Set<String> exported =
                APIS.stream()
                        .flatMap(api -> packages(BUNDLES.get(api), "Export-Package").stream())
                        .collect(Collectors.toSet());
        BUNDLES.forEach(
                (name, manifest) ->
                        assertThat(packages(manifest, "Import-Package"))
                                .as(name)
                                .filteredOn(imported -> imported.startsWith("dev.orion."))
                                .isSubsetOf(exported));
    }

    @Test
    void thePlainApiImportsNothingButTheJdk() {
        assertThat(packages(BUNDLES.get("dev.orion.api"), "Import-Package"))
                .allMatch(name -> name.startsWith("java.") || name.startsWith("dev.orion."))
                .doesNotContainAnyElementsOf(
                        packages(BUNDLES.get("dev.orion.protocol.api"), "Export-Package"));
    }

    @Test
    void onlyManagersAndProtocolsKnowNetty() {
        BUNDLES.forEach(
                (name, manifest) -> {
                    boolean may =
                            name.contains(".manager.")
                                    || name.contains(".bridge.") // is a client of sessions
                                    || name.contains(".protocol.")
                                    || name.equals("dev.orion.admin"); // answers HTTP exchanges
                    if (!may) {
                        assertThat(packages(manifest, "Import-Package"))
                                .as(name)
                                .noneMatch(imported -> imported.startsWith("io.netty."));
                    }
                });
    }

    @Test
    void onlyFewKnowTheFramework() {
        var using = new TreeSet<String>();
        BUNDLES.forEach(
                (name, manifest) -> {
                    if (packages(manifest, "Import-Package").contains("org.osgi.framework")) {
                        using.add(name);
                    }
                });

        assertThat(MAY_USE_THE_FRAMEWORK).containsAll(using);
    }

    private static Attributes manifest(Path folder, String name) throws IOException {
        try (var jars = Files.newDirectoryStream(folder.resolve("target"), name + "-*.jar")) {
            try (var jar = new JarFile(jars.iterator().next().toFile())) {
                return jar.getManifest().getMainAttributes();
            }
        }
    }

    /** The names of a manifest header's clauses, without their attributes. */
    private static List<String> packages(Attributes manifest, String header) {
        String value = manifest.getValue(header);
        var names = new ArrayList<String>();
        if (value != null) {
            String bare = Pattern.compile("\"[^\"]*\"").matcher(value).replaceAll("");
            for (String clause : bare.split(",")) {
                names.add(clause.split(";")[0].trim());
            }
        }
        return names;
    }
}
