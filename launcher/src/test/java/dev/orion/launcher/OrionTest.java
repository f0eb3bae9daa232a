// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.access.ServerKeys;
import dev.orion.configuration.ConfigurationManager;
import dev.orion.net.ListenerInfo;
import dev.orion.net.NetworkManager;
import dev.orion.realtime.RealtimeManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrionTest {

    @TempDir Path folder;

    private BundleIndex index;

    @BeforeEach
    void makeBundles() throws IOException {
        index = FixtureBundles.write(folder.resolve("one"), "1.0.0");
    }

    @Test
    void aNewHomeGetsItsFoldersAndTheDefaultConfiguration() throws Exception {
        try (Orion orion = builder("h").start()) {
            assertThat(orion.home()).isEqualTo(folder.resolve("h"));
            assertThat(orion.version()).isEqualTo("1.2.3");
        }

        assertThat(folder.resolve("h/deploy")).isDirectory();
        assertThat(folder.resolve("h/log")).isDirectory();
        assertThat(folder.resolve("h/conf/orion.json")).hasContent(Home.defaultConfigurationText());
    }

    @Test
    void aConfigurationThatIsThereStays() throws Exception {
        Path file = Files.createDirectories(folder.resolve("h/conf")).resolve("orion.json");
        Files.writeString(file, "{}");

        builder("h").start().close();

        assertThat(file).hasContent("{}");
    }

    @Test
    void aConfigurationFromElsewhereIsNotBesideOneThatNobodyReads() {
        builder("h").config("").start().close();

        assertThat(folder.resolve("h/conf")).isEmptyDirectory();
    }

    @Test
    void givesTypedServicesOfTheBundles() {
        try (Orion orion = builder("h").start()) {
            assertThat(orion.service(NetworkManager.class).transport()).isEqualTo("none");
            assertThat(orion.service(ConfigurationManager.class).load()).isEmpty();
            assertThat(orion.listeners()).extracting(ListenerInfo::name).containsExactly("web");
        }
    }

    @Test
    void aServiceThatNobodyProvidesIsAnErrorThatNamesIt() {
        try (Orion orion = builder("h").start()) {
            assertThatThrownBy(() -> orion.service(RealtimeManager.class, Duration.ofMillis(20)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "nobody provides dev.orion.realtime.RealtimeManager (waited 20 ms)");
            assertThatThrownBy(() -> orion.service(OrionTest.class))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void bundlesFindTheHostsServicesUnderTheApiType() {
        var told = new CopyOnWriteArrayList<String>();

        try (Orion orion = builder("h").host(Recorder.class, new Recorder(told)).start()) {
            orion.service(Runnable.class).run();

            assertThat(told).containsExactly(orion.home().toString());
        }
    }

    @Test
    void twoLiveInOneProcess() {
        var first = new CopyOnWriteArrayList<String>();
        var second = new CopyOnWriteArrayList<String>();

        try (Orion a = builder("a").host(Recorder.class, new Recorder(first)).start()) {
            try (Orion b = builder("b").host(Recorder.class, new Recorder(second)).start()) {
                a.service(Runnable.class).run();
                b.service(Runnable.class).run();
            }
            a.service(Runnable.class).run();
        }

        String a = folder.resolve("a").toString();
        assertThat(first).containsExactly(a, a);
        assertThat(second).containsExactly(folder.resolve("b").toString());
    }

    @Test
    void refusesAHomeThatIsInUse() {
        try (Orion running = builder("h").start()) {
            assertThatThrownBy(() -> builder("h").start())
                    .isInstanceOf(StartException.class)
                    .hasMessage("home " + running.home() + ": in use by another Orion");
        }

        builder("h").start().close();
    }

    @Test
    void refusesAHomeThatIsAFile() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> builder("file").start())
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("home " + file + ": ");
    }

    @Test
    void tellsEveryFaultOfTheConfiguration() {
        assertThatThrownBy(() -> builder("h").config("faults").start())
                .isInstanceOfSatisfying(
                        StartException.class,
                        failure ->
                                assertThat(failure.reasons())
                                        .containsExactly(
                                                "orion.json:3: unknown key",
                                                "orion.json:7: not a port"));
    }

    @Test
    void tellsWhyAListenerIsNotBound() {
        assertThatThrownBy(() -> builder("h").config("port-taken").start())
                .isInstanceOf(StartException.class)
                .hasMessage("listener web on http://127.0.0.1:8080: address already in use");
    }

    @Test
    void givesUpOnListenersThatNeverSettle() {
        assertThatThrownBy(
                        () ->
                                builder("h")
                                        .config("never-settles")
                                        .patience(Duration.ofMillis(20))
                                        .start())
                .isInstanceOf(StartException.class)
                .hasMessage("listeners [web]: not bound within 0 s");
    }

    @Test
    void asksTheNetworkManagerThatTakesThePlaceOfAnother() {
        try (Orion orion = builder("h").config("replaced").start()) {
            assertThat(orion.listeners()).extracting(ListenerInfo::name).containsExactly("web");
        }
    }

    @Test
    void givesUpOnListenersThatDoNotSettleAtTheOtherNetworkManagerEither() {
        assertThatThrownBy(
                        () ->
                                builder("h")
                                        .config("replaced never-settles")
                                        .patience(Duration.ofSeconds(1))
                                        .start())
                .isInstanceOf(StartException.class)
                .hasMessage("listeners [web]: not bound within 1 s");
    }

    @Test
    void namesTheBundleThatKeepsItFromStarting() {
        assertThatThrownBy(
                        () ->
                                builder("h")
                                        .config("broken-bundle")
                                        .patience(Duration.ofSeconds(2))
                                        .start())
                .isInstanceOfSatisfying(
                        StartException.class,
                        failure ->
                                assertThat(failure.reasons())
                                        .containsExactly(
                                                "no ConfigurationManager within 2 s",
                                                "dev.orion.fixture 1.0.0: told to break"));
    }

    @Test
    void startsWithoutListenersWhenNoneIsConfigured() {
        try (Orion orion = builder("h").config("no-listeners").start()) {
            assertThat(orion.listeners()).isEmpty();
        }
    }

    @Test
    void afterAFailedStartTheHomeIsFree() {
        assertThatThrownBy(() -> builder("h").config("faults").start())
                .isInstanceOf(StartException.class);

        builder("h").start().close();
    }

    @Test
    void isClosedOnceAndThenRefuses() {
        Orion orion = builder("h").start();

        orion.close();
        orion.close();

        assertThatThrownBy(() -> orion.service(NetworkManager.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Orion is closed");
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        List<Thread> before = threads();

        builder("h").start().close();

        for (Thread thread : threads()) {
            if (!before.contains(thread)) {
                thread.join(Duration.ofSeconds(10).toMillis());
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    @Test
    void checksWhatItIsBuiltFrom() {
        assertThatThrownBy(() -> builder("h").portOffset(-1))
                .hasMessage("port offset: -1 (expected: 0 to 65535)");
        assertThatThrownBy(() -> builder("h").set("a=b"))
                .hasMessage("setting: a=b (expected: PID:key=value)");
        assertThatThrownBy(() -> builder("h").host(OrionTest.class, this))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon())
                .toList();
    }

    private OrionBuilder builder(String home) {
        return Orion.builder().index(index).home(folder.resolve(home));
    }

    private record Recorder(List<String> told) implements ServerKeys {
        @Override
        public boolean opensApi(String candidate) {
            return told.add(candidate);
        }
    }
}
