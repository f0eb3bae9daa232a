// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code ./orion}, up to where it starts the JVM. */
class ScriptTest {

    @TempDir Path folder;

    private Checkout checkout;

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = Checkout.in(folder);
    }

    @Test
    void theFirstRunBuildsAndPreparesTheNextOnlyStarts() throws Exception {
        Checkout.Run first = checkout.run("run", "--home", "h");
        Checkout.Run second = checkout.run("run", "--home", "h");

        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.errors())
                .containsExactly(
                        "orion: Building, which takes a few minutes the first time ...",
                        "  [2/2] launcher 0.1.0",
                        "orion: Preparing the class archive for this JDK ...");
        assertThat(first.out())
                .contains("-XX:SharedArchiveFile=" + checkout.dist().resolve("classes.jsa"))
                .contains("-cp " + checkout.dist().resolve("lib/launcher.jar"))
                .endsWith("dev.orion.launcher.Main run --home h\n");
        assertThat(second.errors()).isEmpty();
        assertThat(second.out()).isEqualTo(first.out());
        assertThat(checkout.builds()).isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "start",
                "run --fast",
                "run --home",
                "run --port-offset x",
                "run --port-offset 65536",
                "run --set a=b",
                "run --config /no/such/file",
                "version now"
            })
    void saysWhatIsWrongInTheLaunchersWordsWithoutBuilding(String line) throws Exception {
        String[] words = line.split(" ", -1);

        Checkout.Run run = checkout.run(words);

        Throwable expected = catchThrowable(() -> CommandLine.parse(words));
        assertThat(run.errors()).containsExactly("orion: " + expected.getMessage());
        assertThat(run.code()).isEqualTo(2);
        assertThat(checkout.builds()).isZero();
    }

    @Test
    void helpAndVersionNeedNeitherBuildNorJdk() throws Exception {
        for (String word : new String[] {"help", "--help", "-h"}) {
            assertThat(checkout.runWithoutJavaHome(false, word).out())
                    .isEqualTo(CommandLine.help());
        }
        assertThat(checkout.runWithoutJavaHome(false).out()).isEqualTo(CommandLine.help());
        assertThat(checkout.runWithoutJavaHome(false, "version").out())
                .matches("Orion [0-9]+\\.[0-9]+\\.[0-9]+\\S*\n");
        assertThat(checkout.builds()).isZero();
    }

    @Test
    void aCommandForAnOrionThatDoesNotRunBuildsNothing() throws Exception {
        Checkout.Run run = checkout.run("exec", "listeners", "--home", "h");

        assertThat(run.errors()).containsExactly("orion: no Orion is running in h");
        assertThat(run.code()).isOne();
        assertThat(checkout.builds()).isZero();
    }

    @Test
    void aChangedSourceIsBuilt() throws Exception {
        checkout.run("run");
        checkout.changeSource();

        Checkout.Run run = checkout.run("run");

        assertThat(run.errors()).first().isEqualTo("orion: Building what has changed ...");
        assertThat(checkout.builds()).isEqualTo(2);
    }

    @Test
    void aBuildThatFailsSaysSoAndLeavesWhatWasBuilt() throws Exception {
        checkout.run("run");
        checkout.changeSource();
        checkout.tellMaven("fail");

        Checkout.Run failed = checkout.run("run");

        assertThat(failed.code()).isEqualTo(2);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.errors())
                .contains("  told to fail")
                .last()
                .isEqualTo(
                        "orion: the build failed; all it said is in "
                                + checkout.root().resolve("launcher/target/build.log"));
        assertThat(checkout.run("exec", "listeners").out()).contains("Main exec listeners");
        assertThat(checkout.run("run").code()).isEqualTo(2);
    }

    @Test
    void afterABuildThatFailedNothingIsTakenForBuilt() throws Exception {
        checkout.tellMaven("fail");
        assertThat(checkout.run("run").code()).isEqualTo(2);
        checkout.tellMaven("build");

        assertThat(checkout.run("run").code()).isZero();
        assertThat(checkout.builds()).isEqualTo(2);
    }

    @Test
    void afterABuildThatWasInterruptedNothingIsTakenForBuilt() throws Exception {
        checkout.makeMavenWait();
        Checkout.Started interrupted = checkout.start("run");
        await(checkout::mavenWaits);
        interrupted.kill();
        checkout.tellMaven("build");

        Checkout.Run run = checkout.run("run");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(checkout.dist().resolve("lib/half.jar")).doesNotExist();
        assertThat(checkout.builds()).isEqualTo(2);
    }

    @Test
    void ofTwoAtOnceOneBuildsAndTheOtherWaits() throws Exception {
        checkout.makeMavenWait();
        Checkout.Started one = checkout.start("run", "--home", "one");
        await(checkout::mavenWaits);
        Checkout.Started other = checkout.start("run", "--home", "other");
        int first = other.process().getErrorStream().read(); // it has said that it waits
        checkout.letMavenGo();

        Checkout.Run built = one.end();
        Checkout.Run waited = other.end();

        assertThat(built.code()).as(built.err()).isZero();
        assertThat(waited.code()).as(waited.err()).isZero();
        assertThat((char) first + waited.errors().get(0))
                .isEqualTo("orion: Waiting for another ./orion that is building ...");
        assertThat(waited.out()).endsWith("run --home other\n");
        assertThat(checkout.builds()).isOne();
    }

    @Test
    void aMovedCheckoutIsNotBuiltAgainButItsArchiveIsMadeForTheNewPlace() throws Exception {
        checkout.run("run");

        Checkout moved = checkout.move();
        Checkout.Run run = moved.run("run");

        assertThat(run.errors())
                .containsExactly("orion: Preparing the class archive for this JDK ...");
        assertThat(run.out()).contains("-cp " + moved.dist().resolve("lib/launcher.jar"));
        assertThat(moved.builds()).isOne();
        assertThat(moved.run("run").errors()).isEmpty();
    }

    @Test
    void aCheckoutThatCannotBeWrittenToStartsWhatWasBuilt() throws Exception {
        assumeTrue(
                System.getProperty("user.name").equals("root")
                        && Files.exists(Path.of("/usr/bin/setpriv")),
                "skipped: only root can become somebody else");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        checkout.run("run");

        Checkout.Run current = checkout.runAsNobody("run", "--home", "/elsewhere");
        checkout.changeSource();
        Checkout.Run older = checkout.runAsNobody("run", "--home", "/elsewhere");

        assertThat(current.code()).as(current.err()).isZero();
        assertThat(current.errors()).isEmpty();
        assertThat(current.out()).contains("-XX:SharedArchiveFile=").endsWith("/elsewhere\n");
        assertThat(older.errors()).singleElement().asString().endsWith("starting what is there");
        assertThat(older.out()).isEqualTo(current.out());
        assertThat(checkout.builds()).isOne();
    }

    @Test
    void aCheckoutThatCannotBeWrittenToAndWasNotBuiltIsOneLine() throws Exception {
        assumeTrue(
                System.getProperty("user.name").equals("root")
                        && Files.exists(Path.of("/usr/bin/setpriv")),
                "skipped: only root can become somebody else");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));

        Checkout.Run run = checkout.runAsNobody("run");

        assertThat(run.errors())
                .containsExactly(
                        "orion: cannot write to " + checkout.root().resolve("launcher/target"));
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void whatIsMissingIsOneLine() throws Exception {
        refused(checkout.runWithoutJavaHome(false, "run"), "no java on the PATH and no JAVA_HOME");
        checkout.removeCompiler();
        refused(checkout.run("run"), "has no javac: a JDK is needed to build, not only a JRE");
        checkout.removeMaven();
        Files.createFile(folder.resolve("jdk/bin/javac")).toFile().setExecutable(true);
        refused(checkout.run("run"), "no mvn on the PATH (needed to build: Maven 3.8 or newer)");
        Files.delete(folder.resolve("jdk/bin/java"));
        refused(checkout.run("run"), "which has no bin/java");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.8.0_402", "11.0.22", "16"})
    void anOldJdkIsOneLine(String version) throws Exception {
        checkout.javaVersion(version);

        refused(checkout.run("run"), "Java " + version + " is too old (needed: JDK 17 or newer)");
        refused(
                checkout.runWithoutJavaHome(true, "run"),
                "Java " + version + " is too old (needed: JDK 17 or newer)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.6.3", "2.2.1"})
    void anOldMavenIsOneLine(String version) throws Exception {
        checkout.mavenVersion(version);

        refused(checkout.run("run"), "Maven " + version + " is too old (needed: 3.8 or newer)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.8.0", "3.9.11", "4.0.0-rc-4"})
    void aNewerMavenWillDo(String version) throws Exception {
        checkout.mavenVersion(version);

        assertThat(checkout.run("run").code()).isZero();
    }

    @Test
    void anotherJdkGetsAnArchiveOfItsOwn() throws Exception {
        checkout.run("run");
        checkout.javaVersion("21.0.1");

        assertThat(checkout.run("run").errors())
                .containsExactly("orion: Preparing the class archive for this JDK ...");
        assertThat(checkout.builds()).isOne();
    }

    private void refused(Checkout.Run run, String reason) throws IOException {
        assertThat(run.errors()).singleElement().asString().startsWith("orion: ").contains(reason);
        assertThat(run.code()).isEqualTo(2);
        assertThat(checkout.builds()).isZero();
        try (Stream<Path> left = Files.walk(checkout.root())) {
            assertThat(left).doesNotContain(checkout.dist());
        }
    }

    private static void await(BooleanSupplier come) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!come.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }
}
