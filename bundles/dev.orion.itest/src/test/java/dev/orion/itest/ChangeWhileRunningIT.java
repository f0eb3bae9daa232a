// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of configuration and plug-ins, under traffic that must not notice. */
class ChangeWhileRunningIT {

    private static final Duration SOON = Duration.ofSeconds(10);

    /** What the project promises for a plug-in that is dropped, replaced or removed. */
    private static final Duration PROMISED = Duration.ofSeconds(2);

    @TempDir Path home;
    @TempDir Path work;

    private OrionProcess orion;
    private Traffic traffic;
    private int offset;
    private int echoPort;

    @BeforeEach
    void start() throws Exception {
        offset = OrionProcess.freeOffset();
        echoPort = 7100 + offset;
        Files.createDirectories(home.resolve("conf"));
        configure(7000, 3);
        orion = OrionProcess.start(home, offset);
        traffic = new Traffic(orion.httpPort(), orion.tcpPort());
    }

    @AfterEach
    void stop() throws Exception {
        traffic.close();
        orion.close();
    }

    @Test
    void movesAListenerAndGrowsAHistory() throws Exception {
        var before = new LineClient(orion.tcpPort());
        before.ask("{\"id\":1,\"connect\":{}}");
        int moved = 7200 + offset;

        configure(moved - offset, 10);

        Await.until("the new port", SOON, () -> greets(moved));
        Await.until("the old port is closed", SOON, () -> isClosed(orion.tcpPort()));
        // Who was connected through the old port stays so, with the new rules.
        for (int i = 0; i < 8; i++) {
            before.ask("{\"id\":9,\"publish\":{\"channel\":\"chat/grow\",\"data\":" + i + "}}");
        }
        String history =
                before.ask("{\"id\":10,\"history\":{\"channel\":\"chat/grow\",\"limit\":100}}");
        assertThat(history.split("\"offset\":")).hasSize(8 + 2); // each, and the top
        before.close();
        traffic.checkThatNothingWasNoticed();
    }

    @Test
    void changesNothingForAWrongFileAndSaysEveryFault() throws Exception {
        write(
                """
                {
                  "dev.orion.listener~web": { "uri": "http://127.0.0.1:1" },
                  "dev.orion.listener~tcp": { "uri": "tcp://127.0.0.1:7000", "port": 1 },
                  "dev.orion.channel~chat": { "pattern": "chat/#", "history": -1 }
                }
                """);

        orion.awaitLine(line -> line.contains("orion.json:4"), SOON);
        assertThat(orion.output()).contains("orion.json:3");
        assertThat(greets(orion.tcpPort())).isTrue();
        traffic.checkThatNothingWasNoticed();
    }

    @Test
    void changesNothingWhenAPortIsInUse() throws Exception {
        int taken = 7200 + offset;
        try (var other = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress())) {
            configure(other.getLocalPort() - offset, 10);

            orion.awaitLine(line -> line.contains("127.0.0.1:" + taken), SOON);
        }
        assertThat(orion.output().lines().filter(line -> line.contains(":" + taken)))
                .singleElement(InstanceOfAssertFactories.STRING)
                .contains("orion.json:3", "listener tcp", "in use");
        assertThat(greets(orion.tcpPort())).isTrue();
        assertThat(orion.exec("listeners").out()).contains(":" + orion.tcpPort());
        traffic.checkThatNothingWasNoticed();
    }

    @Test
    void servesReplacesAndRemovesAPluginUnderTraffic() throws Exception {
        EchoPlugin.deploy(EchoPlugin.jar(), home, "echo.jar");
        Await.until("echo is served", PROMISED, () -> echoes("hello, you"));

        try (var before = new LineClient(echoPort)) {
            assertThat(before.ask("old friend")).isEqualTo("hello, old friend");
            EchoPlugin.deploy(EchoPlugin.jar(work, "1.1.0", "good morning, "), home, "echo.jar");
            Await.until("the newer jar is served", PROMISED, () -> echoes("good morning, you"));
            // Who talks with the old version goes on doing so.
            assertThat(before.ask("old friend")).isEqualTo("hello, old friend");
        }
        try (var last = new LineClient(echoPort)) {
            assertThat(last.ask("you")).isEqualTo("good morning, you");
            Files.delete(home.resolve("deploy/echo.jar"));
            orion.awaitLine(line -> line.contains("Plug-in removed"), PROMISED);
            assertThat(last.hear()).isEqualTo("bye");
            assertThat(last.hear()).isNull();
            assertThat(orion.exec("protocols").out()).doesNotContain("echo");
        }
        traffic.checkThatNothingWasNoticed();
    }

    @Test
    void keepsTheSocketOfAPluginThatIsGone() throws Exception {
        EchoPlugin.deploy(EchoPlugin.jar(), home, "echo.jar");
        Await.until("echo is served", SOON, () -> echoes("hello, you"));
        Files.delete(home.resolve("deploy/echo.jar"));
        orion.awaitLine(line -> line.contains("Plug-in removed"), SOON);

        try (var waiting = new LineClient(echoPort)) {
            assertThat(waiting.hear()).as("closed after maxWait").isNull();
        }
        try (var waiting = new LineClient(echoPort)) {
            waiting.say("anybody there?");
            EchoPlugin.deploy(EchoPlugin.jar(), home, "echo.jar");

            assertThat(waiting.hear()).isEqualTo("hello, anybody there?");
        }
        traffic.checkThatNothingWasNoticed();
    }

    @Test
    void namesWhatAJarImportsThatNobodyHas() throws Exception {
        EchoPlugin.deploy(EchoPlugin.jarThatImports(work, "com.example.missing"), home, "poor.jar");

        orion.awaitLine(line -> line.contains("com.example.missing"), SOON);
        assertThat(orion.output().lines().filter(line -> line.contains("com.example.missing")))
                .hasSize(1);
        assertThat(orion.output()).contains("poor.jar").doesNotContain("\tat ");
        assertThat(orion.exec("bundles").code()).isZero();
        traffic.checkThatNothingWasNoticed();
    }

    @Test
    void reportsABrokenJarInOneRecordAndGoesOn() throws Exception {
        Files.writeString(home.resolve("deploy/broken.jar"), "this is not a jar");

        orion.awaitLine(line -> line.contains("broken.jar"), SOON);
        assertThat(orion.output().lines().filter(line -> line.contains("broken.jar"))).hasSize(1);
        assertThat(orion.output()).doesNotContain("\tat ");
        EchoPlugin.deploy(EchoPlugin.jar(), home, "echo.jar");
        Await.until("a good jar is served", SOON, () -> echoes("hello, you"));
        traffic.checkThatNothingWasNoticed();
    }

    private void configure(int tcpPort, int history) throws Exception {
        write(
                """
                {
                  "dev.orion.listener~web": { "uri": "http://127.0.0.1:8080" },
                  "dev.orion.listener~tcp": { "uri": "tcp://127.0.0.1:%d" },
                  // Nobody speaks echo until the plug-in comes.
                  "dev.orion.listener~echo": { "uri": "echo://127.0.0.1:%d" },
                  "dev.orion.manager.network": { "maxWait": "3s" },
                  "dev.orion.channel~all": { "pattern": "#" },
                  "dev.orion.channel~chat": { "pattern": "chat/#", "history": %d }
                }
                """
                        .formatted(tcpPort, echoPort - offset, history));
    }

    /** Replaces the file in one step, as editors do. */
    private void write(String json) throws Exception {
        Path half = home.resolve("conf/orion.json.new");
        Files.writeString(half, json);
        Files.move(
                half,
                home.resolve("conf/orion.json"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean greets(int port) throws Exception {
        try (var client = new LineClient(port)) {
            return client.ask("{\"id\":1,\"connect\":{}}").contains("\"client\"");
        }
    }

    private boolean echoes(String expected) throws Exception {
        try (var client = new LineClient(echoPort)) {
            return expected.equals(client.ask("you"));
        }
    }

    private static boolean isClosed(int port) throws Exception {
        try (var client = new LineClient(port)) {
            return client == null;
        } catch (ConnectException refused) {
            return true;
        }
    }
}
