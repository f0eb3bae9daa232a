// SPDX-License-Identifier: Apache-2.0
package dev.orion.hotdeploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real framework, a real File Install, real files. */
class HotDeployTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(100);

    private static final String ECHO_1 = "{file=echo.jar, bundle=plug.echo, version=1.0.0}";

    @TempDir Path folder;

    private Home home;

    @BeforeEach
    void start() throws Exception {
        home = new Home(folder, LONG, SHORT);
    }

    @AfterEach
    void stop() throws Exception {
        home.close();
    }

    private void restart(Duration drainTimeout, Duration settleTime) throws Exception {
        home.close();
        home = new Home(folder, drainTimeout, settleTime);
    }

    private Path file(String name) {
        return home.deploy.resolve(name);
    }

    @Test
    void startsReplacesAndRemovesAsTheFileComesChangesAndGoes() throws Exception {
        new TestJar().copyTo(file("echo.jar"));
        assertThat(home.nextRecord()).isEqualTo("Plug-in started " + ECHO_1);
        assertThat(home.running("plug.echo")).containsExactly("1.0.0");
        assertThat(home.bundle("deploy:echo.jar")).isNotNull();

        new TestJar().content("changed").copyTo(file("echo.jar"));
        assertThat(home.nextRecord()).isEqualTo("Plug-in replaced " + ECHO_1);
        assertThat(home.running("plug.echo")).containsExactly("1.0.0");

        TestJar.version("0.9.0").copyTo(file("echo.jar"));
        assertThat(home.nextRecord())
                .isEqualTo("Plug-in replaced {file=echo.jar, bundle=plug.echo, version=0.9.0}");
        assertThat(home.running("plug.echo")).containsExactly("0.9.0");

        Files.delete(file("echo.jar"));
        assertThat(home.nextRecord())
                .isEqualTo("Plug-in removed {file=echo.jar, bundle=plug.echo, version=0.9.0}");
        assertThat(home.running("plug.echo")).isEmpty();
        home.assertNoRecord();
    }

    @Test
    void exchangesOnePluginForAnotherInTheSameFile() throws Exception {
        new TestJar().copyTo(file("echo.jar"));
        home.nextRecord();

        TestJar.named("plug.other").copyTo(file("echo.jar"));

        assertThat(home.nextRecord())
                .isEqualTo("Plug-in started {file=echo.jar, bundle=plug.other, version=1.0.0}");
        assertThat(home.running("plug.echo")).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithFilesThatAreNoBundles() throws Exception {
        new TestJar().copyTo(file("echo.jar"));
        home.nextRecord();
        byte[] whole = new TestJar().bytes();

        Files.write(file("a.jar"), "hello".getBytes(StandardCharsets.US_ASCII));
        assertThat(home.nextRecord())
                .isEqualTo("Plug-in broken {file=a.jar, detail=not a zip file}");

        Files.write(file("b.jar"), Arrays.copyOf(whole, whole.length / 2));
        assertThat(home.nextRecord())
                .startsWith("Plug-in broken {file=b.jar, detail=truncated or damaged: ");

        new TestJar().without("Bundle-SymbolicName").copyTo(file("c.jar"));
        assertThat(home.nextRecord())
                .isEqualTo(
                        "Plug-in broken {file=c.jar, detail=not a bundle: no Bundle-SymbolicName"
                                + " with Bundle-ManifestVersion 2}");

        TestJar.version("one").copyTo(file("d.jar"));
        assertThat(home.nextRecord())
                .isEqualTo(
                        "Plug-in broken {file=d.jar, detail=Bundle-Version: one (expected: 1.2.3"
                                + " or 1.2.3.qualifier)}");

        Files.write(file("e.jar"), new byte[0]);
        assertThat(home.nextRecord()).isEqualTo("Plug-in broken {file=e.jar, detail=empty}");

        byte[] damaged = whole.clone();
        damaged[whole.length / 2]++; // within the packed class
        Files.write(file("f.jar"), damaged);
        assertThat(home.nextRecord())
                .startsWith("Plug-in broken {file=f.jar, detail=truncated or damaged: ");

        assertThat(home.running("plug.echo")).containsExactly("1.0.0");
        assertThat(home.deployed())
                .containsExactly(
                        "a.jar BROKEN ",
                        "b.jar BROKEN ",
                        "c.jar BROKEN ",
                        "d.jar BROKEN ",
                        "e.jar BROKEN ",
                        "echo.jar ACTIVE 1.0.0",
                        "f.jar BROKEN ");
    }

    @Test
    void keepsWhatRunsWhenItsFileBreaksAndTriesAgainWhenItChanges() throws Exception {
        new TestJar().copyTo(file("echo.jar"));
        home.nextRecord();

        Files.write(file("echo.jar"), new byte[] {'P', 'K', 1});
        assertThat(home.nextRecord())
                .startsWith("Plug-in broken {file=echo.jar, detail=truncated or damaged: ")
                .endsWith("; 1.0.0 goes on}");
        assertThat(home.running("plug.echo")).containsExactly("1.0.0");

        TestJar.version("1.1.0").copyTo(file("echo.jar"));
        assertThat(home.nextRecord())
                .isEqualTo("Plug-in upgraded {file=echo.jar, bundle=plug.echo, version=1.1.0}");
    }

    @Test
    void waitsForAJarThatIsStillBeingCopied() throws Exception {
        restart(LONG, LONG);
        byte[] whole = new TestJar().bytes();

        Files.write(file("echo.jar"), Arrays.copyOf(whole, whole.length - 10));
        TestJar.named("plug.other").copyTo(file("other.jar"));
        assertThat(home.nextRecord()).contains("plug.other"); // the half has been looked at

        Files.write(file("echo.jar"), whole);
        assertThat(home.nextRecord()).isEqualTo("Plug-in started " + ECHO_1);
    }

    @Test
    void namesMissingPackagesAndStartsOnceAnotherJarBringsThem() throws Exception {
        TestJar.named("plug.needy")
                .header("Import-Package", "dev.far.away;version=\"[1.2,2)\",org.osgi.framework")
                .copyTo(file("a.jar"));
        assertThat(home.nextRecord())
                .isEqualTo(
                        "Plug-in not started {file=a.jar, bundle=plug.needy, version=1.0.0,"
                                + " detail=missing package dev.far.away [1.2.0,2.0.0)}");
        assertThat(home.deployed()).containsExactly("a.jar UNRESOLVED 1.0.0");

        TestJar.named("plug.unrelated").copyTo(file("b.jar"));
        assertThat(home.nextRecord()).startsWith("Plug-in started {file=b.jar");

        TestJar.named("plug.giver")
                .header("Export-Package", "dev.far.away;version=\"1.3\"")
                .copyTo(file("c.jar"));
        assertThat(home.nextRecord()).startsWith("Plug-in started {file=a.jar");
        assertThat(home.nextRecord()).startsWith("Plug-in started {file=c.jar");
    }

    @Test
    void saysWhatAnActivatorThrewAndWhere() throws Exception {
        new TestJar().activator(FailingActivator.class).copyTo(file("echo.jar"));
        assertThat(home.nextRecord())
                .startsWith(
                        "Plug-in not started {file=echo.jar, bundle=plug.echo, version=1.0.0,"
                                + " detail=IllegalStateException: no luck today at ")
                .contains("FailingActivator.start(FailingActivator.java:");

        TestJar.named("plug.other").copyTo(file("other.jar"));
        assertThat(home.nextRecord()).startsWith("Plug-in started {file=other.jar");
        home.assertNoRecord(); // tried again, and the same trouble is no news

        new TestJar().copyTo(file("echo.jar"));
        assertThat(home.nextRecord()).isEqualTo("Plug-in replaced " + ECHO_1);
    }

    @Test
    void letsANewVersionTakeOverAndTheOldOneKeepItsConnections() throws Exception {
        new TestJar().header("Speaks", "echo").copyTo(file("echo.jar"));
        home.nextRecord();
        home.connections.put("1.0.0", 2);

        TestJar.version("1.1.0").header("Speaks", "echo").copyTo(file("echo.jar"));

        assertThat(home.nextRecord())
                .isEqualTo("Plug-in upgraded {file=echo.jar, bundle=plug.echo, version=1.1.0}");
        assertThat(home.running("plug.echo")).containsExactly("1.0.0", "1.1.0");

        home.connections.put("1.0.0", 0);
        assertThat(home.nextRecord())
                .isEqualTo(
                        "Plug-in retired {bundle=plug.echo, version=1.0.0,"
                                + " connections_told_to_go=0}");
        assertThat(home.running("plug.echo")).containsExactly("1.1.0");
        assertThat(home.bundle("deploy:echo.jar")).isNull();
    }

    @Test
    void stopsTheOldVersionWhenTheTimeToDrainIsOver() throws Exception {
        restart(SHORT, SHORT);
        new TestJar().header("Speaks", "echo").copyTo(file("echo.jar"));
        home.nextRecord();
        home.connections.put("1.0.0", 3);

        TestJar.version("1.1.0").header("Speaks", "echo").copyTo(file("echo.jar"));

        assertThat(home.nextRecord()).startsWith("Plug-in upgraded ");
        assertThat(home.nextRecord())
                .isEqualTo(
                        "Plug-in retired {bundle=plug.echo, version=1.0.0,"
                                + " connections_told_to_go=3}");
    }

    @Test
    void leavesTheOldVersionInChargeWhenTheNewOneDoesNotStart() throws Exception {
        new TestJar().copyTo(file("echo.jar"));
        home.nextRecord();

        TestJar.version("1.1.0").activator(FailingActivator.class).copyTo(file("echo.jar"));

        assertThat(home.nextRecord())
                .startsWith(
                        "Plug-in not upgraded {file=echo.jar, bundle=plug.echo, version=1.1.0,"
                                + " detail=IllegalStateException: no luck today at ")
                .endsWith("; 1.0.0 goes on}");
        assertThat(home.running("plug.echo")).containsExactly("1.0.0");
        assertThat(home.bundle("deploy:echo.jar/1.1.0")).isNull();

        TestJar.version("1.2.0").copyTo(file("echo.jar"));
        assertThat(home.nextRecord()).contains("upgraded").contains("version=1.2.0");
    }

    @Test
    void leavesTheOldVersionInChargeWhenTheNewOneDoesNotSpeakTheSame() throws Exception {
        new TestJar().header("Speaks", "echo").copyTo(file("echo.jar"));
        home.nextRecord();

        TestJar.version("1.1.0").copyTo(file("echo.jar"));

        assertThat(home.nextRecord())
                .isEqualTo(
                        "Plug-in not upgraded {file=echo.jar, bundle=plug.echo, version=1.1.0,"
                                + " detail=does not speak echo; 1.0.0 goes on}");
        assertThat(home.running("plug.echo")).containsExactly("1.0.0");
    }

    @Test
    void runsTheHighestOfSeveralFilesAndFallsBackWhenItGoes() throws Exception {
        new TestJar().copyTo(file("echo-1.0.jar"));
        home.nextRecord();

        TestJar.version("1.1.0").copyTo(file("echo-1.1.jar"));
        assertThat(home.nextRecord())
                .isEqualTo(
                        "Plug-in superseded {file=echo-1.0.jar, bundle=plug.echo, version=1.0.0,"
                                + " detail=1.1.0 of echo-1.1.jar runs}");
        assertThat(home.nextRecord()).startsWith("Plug-in upgraded {file=echo-1.1.jar");
        assertThat(home.nextRecord()).startsWith("Plug-in retired ");
        assertThat(home.running("plug.echo")).containsExactly("1.1.0");

        Files.delete(file("echo-1.1.jar"));
        assertThat(home.nextRecord()).startsWith("Plug-in removed {file=echo-1.1.jar");
        assertThat(home.nextRecord()).startsWith("Plug-in started {file=echo-1.0.jar");
        assertThat(home.running("plug.echo")).containsExactly("1.0.0");
    }

    @Test
    void takesOverFromTheProductAndGivesBack() throws Exception {
        home.installProduct(new TestJar());

        TestJar.version("1.1.0").copyTo(file("echo.jar"));
        assertThat(home.nextRecord()).startsWith("Plug-in upgraded ");
        assertThat(home.nextRecord()).startsWith("Plug-in retired ");
        assertThat(home.running("plug.echo")).containsExactly("1.1.0");

        Files.delete(file("echo.jar"));
        assertThat(home.nextRecord()).startsWith("Plug-in removed ");
        assertThat(home.nextRecord())
                .isEqualTo("Plug-in of the product is back {bundle=plug.echo, version=1.0.0}");
        assertThat(home.running("plug.echo")).containsExactly("1.0.0");
    }

    @Test
    void givesBackToTheProductThatIsStillLeaving() throws Exception {
        restart(SHORT, SHORT);
        home.installProduct(new TestJar().header("Speaks", "echo"));
        home.connections.put("1.0.0", 1);
        TestJar.version("1.1.0").header("Speaks", "echo").copyTo(file("echo.jar"));
        assertThat(home.nextRecord()).startsWith("Plug-in upgraded ");
        home.awaitRunning("plug.echo", "1.1.0"); // but the connection has not left yet

        Files.delete(file("echo.jar"));
        assertThat(home.nextRecord()).startsWith("Plug-in removed ");
        home.connections.put("1.0.0", 0);

        assertThat(home.nextRecord()).startsWith("Plug-in retired ");
        assertThat(home.nextRecord()).startsWith("Plug-in of the product is back ");
        assertThat(home.running("plug.echo")).containsExactly("1.0.0");
    }

    @Test
    void takesUpAfterARestartWhatHasNotChanged() throws Exception {
        new TestJar().copyTo(file("echo.jar"));
        home.nextRecord();
        TestJar.named("plug.gone").copyTo(file("gone.jar"));
        home.nextRecord();
        TestJar.named("plug.new").copyTo(file("new.jar"));
        home.nextRecord();
        long id = home.bundle("deploy:echo.jar").getBundleId();
        long modified = home.bundle("deploy:echo.jar").getLastModified();

        home.close();
        Files.delete(file("gone.jar"));
        TestJar.named("plug.new").content("changed").copyTo(file("new.jar"));
        home = new Home(folder, LONG, SHORT);

        assertThat(home.nextRecord()).startsWith("Plug-in removed {file=gone.jar");
        assertThat(home.nextRecord()).startsWith("Plug-in replaced {file=new.jar");
        assertThat(home.bundle("deploy:echo.jar").getBundleId()).isEqualTo(id);
        assertThat(home.bundle("deploy:echo.jar").getLastModified()).isEqualTo(modified);
        assertThat(home.running("plug.echo")).containsExactly("1.0.0");
        home.assertNoRecord();
    }
}
