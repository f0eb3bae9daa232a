// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Makes runtimes below a folder of the test. */
final class RuntimeFixture {

    private RuntimeFixture() {}

    /** With the bundles of the product. */
    static BundleRuntime product(Path folder) throws IOException {
        return of(BundleIndex.ofLauncher(), folder);
    }

    static BundleRuntime of(BundleIndex index, Path folder) throws IOException {
        return new BundleRuntime(
                index,
                new SharedPackages(index.packages()),
                storage(folder),
                Map.of(
                        "orion.home",
                        folder.toString(),
                        "felix.fileinstall.tmpdir",
                        folder.resolve("tmp").toString(),
                        "orion.config.inline",
                        "",
                        "felix.cm.dir",
                        folder.resolve("cm").toString(),
                        "felix.fileinstall.dir",
                        Files.createDirectories(folder.resolve("deploy")).toString()));
    }

    static Path storage(Path folder) {
        return folder.resolve("framework");
    }
}
