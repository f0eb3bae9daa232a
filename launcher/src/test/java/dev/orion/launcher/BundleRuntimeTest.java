// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

class BundleRuntimeTest {

    private static final String MARK = "mark";

    @TempDir Path folder;

    @Test
    void keepsTheStorageOfTheSameBundles() throws Exception {
        BundleIndex index = FixtureBundles.write(folder.resolve("one"), "1.0.0");
        run(index);
        Files.createFile(storage().resolve(MARK));

        Set<String> versions = run(index);

        assertThat(versions).containsExactly("1.0.0");
        assertThat(storage().resolve(MARK)).exists();
    }

    @Test
    void installsWithoutStarting() throws Exception {
        BundleIndex index = FixtureBundles.write(folder.resolve("one"), "1.0.0");
        try (var runtime = runtime(index)) {
            runtime.install();
            assertThat(fixture(runtime).getState()).isEqualTo(Bundle.INSTALLED);
        }
        Files.createFile(storage().resolve(MARK));

        Set<String> versions = run(index);

        assertThat(versions).containsExactly("1.0.0");
        assertThat(storage().resolve(MARK)).exists();
    }

    @Test
    void makesTheStorageAnewForOtherBundles() throws Exception {
        run(FixtureBundles.write(folder.resolve("one"), "1.0.0"));
        Files.createFile(storage().resolve(MARK));

        Set<String> versions = run(FixtureBundles.write(folder.resolve("two"), "1.1.0"));

        assertThat(versions).containsExactly("1.1.0");
        assertThat(storage().resolve(MARK)).doesNotExist();
    }

    @Test
    void makesTheStorageAnewWhenItsFirstStartBrokeOff() throws Exception {
        BundleIndex index = FixtureBundles.write(folder.resolve("one"), "1.0.0");
        run(index);
        Files.createFile(storage().resolve(MARK));
        Files.delete(storage().resolve("orion.fingerprint"));

        run(index);

        assertThat(storage().resolve(MARK)).doesNotExist();
    }

    @Test
    void makesTheStorageAnewWhenItCannotBeRead() throws Exception {
        BundleIndex index = FixtureBundles.write(folder.resolve("one"), "1.0.0");
        run(index);
        Folders.delete(storage().resolve("bundle0"));
        Files.createFile(storage().resolve("bundle0"));

        Set<String> versions = run(index);

        assertThat(versions).containsExactly("1.0.0");
    }

    @Test
    void startsAgainWhatWasStoppedOrRemovedInTheRunBefore() throws Exception {
        BundleIndex index = FixtureBundles.write(folder.resolve("one"), "1.0.0");
        try (var runtime = runtime(index)) {
            runtime.start();
            fixture(runtime).stop();
        }
        assertThat(run(index)).containsExactly("1.0.0");
        try (var runtime = runtime(index)) {
            runtime.start();
            fixture(runtime).uninstall();
        }

        assertThat(run(index)).containsExactly("1.0.0");
    }

    @Test
    void theBundlesOfTheProductResolveAndStart() throws Exception {
        BundleIndex index = BundleIndex.ofLauncher();
        try (var runtime = runtime(index)) {
            runtime.start();

            assertThat(runtime.failures()).isEmpty();
            long expected =
                    index.bundles().stream()
                            .filter(BundleIndex.Entry::fitsHere)
                            .filter(entry -> entry.kind() != BundleIndex.Kind.INTERACTIVE)
                            .count();
            assertThat(runtime.bundles())
                    .hasSize((int) expected + 1)
                    .allSatisfy(BundleRuntimeTest::isAsItShouldBe);
        }
    }

    private static void isAsItShouldBe(Bundle bundle) {
        boolean fragment = bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
        String name = bundle.getSymbolicName();
        if (fragment) {
            assertThat(bundle.getState()).as(name).isIn(Bundle.INSTALLED, Bundle.RESOLVED);
        } else {
            assertThat(bundle.getState()).as(name).isEqualTo(Bundle.ACTIVE);
        }
    }

    /** Starts, looks which versions of the fixture run, and stops. */
    private Set<String> run(BundleIndex index) throws IOException {
        try (var runtime = runtime(index)) {
            runtime.start();
            var running = new TreeSet<String>();
            for (Bundle bundle : runtime.bundles()) {
                if (bundle.getSymbolicName().equals(FixtureBundles.NAME)
                        && bundle.getState() == Bundle.ACTIVE) {
                    running.add(bundle.getVersion().toString());
                }
            }
            return running;
        }
    }

    private static Bundle fixture(BundleRuntime runtime) {
        return runtime.bundles().stream()
                .filter(bundle -> bundle.getSymbolicName().equals(FixtureBundles.NAME))
                .findFirst()
                .orElseThrow();
    }

    private BundleRuntime runtime(BundleIndex index) throws IOException {
        return RuntimeFixture.of(index, folder);
    }

    private Path storage() {
        return RuntimeFixture.storage(folder);
    }
}
