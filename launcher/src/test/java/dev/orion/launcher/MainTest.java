// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the command as a process of its own; a fixture takes the place of the real bundles. */
class MainTest {

    @TempDir Path folder;

    private Process process;

    @BeforeEach
    void makeBundles() throws IOException {
        FixtureBundles.write(folder.resolve("fixture"), "1.0.0");
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void runsUntilItIsToldToStopThenDrainsAndEndsWithZero() throws Exception {
        launch("", "run", "--home", home());
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        assertThat(out.readLine()).isEqualTo("LISTENER  ENDPOINT               STATE");
        assertThat(out.readLine()).isEqualTo("web       http://127.0.0.1:8080  serving");
        assertThat(out.readLine()).matches("Orion 1\\.2\\.3 ready in \\d+ ms");

        process.toHandle().destroy(); // SIGTERM

        assertThat(out.readLine()).isEqualTo("drained");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void aWrongConfigurationIsALineForEachFaultAndTwo() throws Exception {
        launch("faults", "run", "--home", home());

        assertThat(errors())
                .containsExactly(
                        "orion: orion.json:3: unknown key", "orion: orion.json:7: not a port");
        assertThat(process.waitFor()).isEqualTo(2);
    }

    @Test
    void aPortInUseIsOneLineAndTwo() throws Exception {
        launch("port-taken", "run", "--home", home());

        assertThat(errors())
                .containsExactly(
                        "orion: listener web on http://127.0.0.1:8080: address already in use");
        assertThat(process.waitFor()).isEqualTo(2);
    }

    @Test
    void aHomeInUseIsOneLineAndTwo() throws Exception {
        Home running = Home.open(Path.of(home()));

        launch("", "run", "--home", home());

        assertThat(errors()).containsExactly("orion: home " + home() + ": in use by another Orion");
        assertThat(process.waitFor()).isEqualTo(2);
        running.close();
    }

    @Test
    void anUnusableHomeIsOneLineAndTwo() throws Exception {
        Files.createFile(folder.resolve("home"));

        launch("", "run", "--home", home());

        assertThat(errors()).singleElement().asString().startsWith("orion: home " + home());
        assertThat(process.waitFor()).isEqualTo(2);
    }

    @Test
    void anUnknownOptionIsOneLineAndTwo() throws Exception {
        launch("", "run", "--fast");

        assertThat(errors()).containsExactly("orion: unknown option --fast (see: orion help)");
        assertThat(process.waitFor()).isEqualTo(2);
    }

    @Test
    void execWithoutARunningInstanceIsOneLineAndOne() throws Exception {
        launch("", "exec", "listeners", "--home", home());

        assertThat(errors()).containsExactly("orion: no Orion is running in " + home());
        assertThat(process.waitFor()).isEqualTo(1);
    }

    @Test
    void printsItsVersion() throws Exception {
        launch("", "version");

        assertThat(process.inputReader().readLine()).isEqualTo("Orion 1.2.3");
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void printsHowItIsUsed() throws Exception {
        launch("", "help");

        assertThat(process.inputReader().readLine()).isEqualTo("Usage:");
        assertThat(process.waitFor()).isZero();
    }

    private String home() {
        return folder.resolve("home").toString();
    }

    private List<String> errors() throws IOException {
        return new String(process.getErrorStream().readAllBytes(), UTF_8).lines().toList();
    }

    private void launch(String script, String... words) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xshare:auto");
        command.add("-Dorion.test.script=" + script);
        command.add("-cp");
        command.add(
                folder.resolve("fixture")
                        + File.pathSeparator
                        + System.getProperty("java.class.path"));
        command.add("dev.orion.launcher.Main");
        command.addAll(List.of(words));
        process = new ProcessBuilder(command).start();
    }
}
