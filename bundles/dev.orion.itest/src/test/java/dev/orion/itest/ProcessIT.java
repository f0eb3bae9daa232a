// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./orion} from outside: starting, stopping, its shell, its log. */
class ProcessIT {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir Path home;

    @Test
    void printsTheListenersAndThatItIsReady() throws Exception {
        try (var orion = OrionProcess.start(home)) {
            assertThat(orion.output())
                    .containsPattern("web +http://127\\.0\\.0\\.1:" + orion.httpPort())
                    .containsPattern(
                            "https +https://127\\.0\\.0\\.1:" + orion.httpsPort() + " +serving")
                    .containsPattern("tcp +tcp://127\\.0\\.0\\.1:" + orion.tcpPort())
                    .containsPattern("mqtt +mqtt://127\\.0\\.0\\.1:[0-9]+ +serving")
                    .containsPattern("(?m)^Orion [0-9.]+\\S* ready in [0-9]+ ms$");
            assertThat(orion.terminate()).as(orion.output()).isZero();
        }
    }

    @Test
    void makesAKeyThatOnlyItsOwnerReads() throws Exception {
        try (var orion = OrionProcess.start(home)) {
            Path key = home.resolve("conf/api.key");

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                    .isEqualTo("rw-------");
            assertThat(orion.apiKey()).hasSizeGreaterThan(40);
            assertThat(orion.output()).doesNotContain(orion.apiKey());
        }
    }

    @Test
    void answersShellCommandsFromOutside() throws Exception {
        try (var orion = OrionProcess.start(home);
                var client = new LineClient(orion.tcpPort())) {
            client.ask("{\"id\":1,\"connect\":{}}");
            client.ask("{\"id\":2,\"subscribe\":{\"channel\":\"chat/room1\"}}");

            assertThat(orion.exec("listeners").out()).contains("web").contains("serving");
            assertThat(orion.exec("connections").out()).containsPattern("conn_[0-9a-f]{8}");
            assertThat(orion.exec("clients").out()).contains("tcp");
            assertThat(orion.exec("channels").out()).contains("chat/room1");
            assertThat(orion.exec("protocols").out()).contains("http").contains("tcp");
            assertThat(orion.exec("bundles").out()).contains("dev.orion.protocol.websocket");
            assertThat(orion.exec("log 5").out()).contains("agent.");
            assertThat(orion.exec("channels --json").out()).contains("\"chat/room1\"");
            assertThat(orion.exec("publish chat/room1 '{\"a\":1}'").code()).isZero();
            assertThat(client.hearPublication()).contains("{\"a\":1}");
        }
    }

    @Test
    void saysWhyAShellCommandFailed() throws Exception {
        try (var orion = OrionProcess.start(home)) {
            OrionProcess.Exec failed = orion.exec("nosuchcommand");

            assertThat(failed.code()).isOne();
            assertThat(failed.err()).contains("nosuchcommand").doesNotContain("\tat ");
            assertThat(failed.out()).isEmpty();
        }
    }

    @Test
    void saysThatNothingRuns() throws Exception {
        OrionProcess.Exec failed =
                OrionProcess.Exec.run("exec", "listeners", "--home", home.toString());

        assertThat(failed.code()).isOne();
        assertThat(failed.err().lines()).hasSize(1);
    }

    @Test
    void endsWithTwoAndOneLineWhenAPortIsInUse() throws Exception {
        int offset = OrionProcess.freeOffset();
        try (var taken = new ServerSocket(7000 + offset, 1, InetAddress.getLoopbackAddress());
                var orion = OrionProcess.launch(home, offset)) {
            int code = orion.awaitExit();

            assertThat(code).as(orion.output()).isEqualTo(2);
            assertThat(orion.output())
                    .contains("127.0.0.1:" + taken.getLocalPort())
                    .contains("in use")
                    .doesNotContain("ready in")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void endsWithTwoAndEveryFaultWhenTheConfigurationIsWrong() throws Exception {
        configure(
                """
                {
                  "dev.orion.listener~web": { "uri": "http://127.0.0.1:808080" },
                  "dev.orion.chanel~chat": { "pattern": "chat/#" },
                  "dev.orion.channel~all": {
                    "pattern": "a/#/b",
                    "histroy": 10,
                    "kind": "hidden",
                    "presence": "maybe"
                  }
                }
                """);
        try (var orion = OrionProcess.launch(home, OrionProcess.freeOffset())) {
            int code = orion.awaitExit();

            assertThat(code).isEqualTo(2);
            assertThat(orion.output())
                    .containsPattern("orion\\.json:2: .*port")
                    .containsPattern("orion\\.json:3: .*dev\\.orion\\.channel")
                    .containsPattern("orion\\.json:5: .*a/#/b")
                    .containsPattern("orion\\.json:6: .*history")
                    .containsPattern("orion\\.json:7: .*broadcast")
                    .containsPattern("orion\\.json:8: .*presence")
                    .doesNotContain("ready in");
        }
    }

    @Test
    void endsWithTwoAndOneLineWhenItsHomeCannotBeUsed() throws Exception {
        Path file = Files.writeString(home.resolve("file"), "not a folder");

        for (Path unusable : List.of(file, file.resolve("below"))) {
            try (var orion = OrionProcess.launch(unusable, OrionProcess.freeOffset())) {
                assertThat(orion.awaitExit()).isEqualTo(2);
                assertThat(orion.output().lines())
                        .singleElement(InstanceOfAssertFactories.STRING)
                        .startsWith("orion: home " + unusable)
                        .doesNotContain("Exception");
            }
        }
    }

    @Test
    void tellsItsClientsOnEveryTransportBeforeItStops() throws Exception {
        try (var orion = OrionProcess.start(home);
                var ws = WebSocketClient.subscribed(orion.httpPort(), "chat/a");
                var tcp = new LineClient(orion.tcpPort())) {
            tcp.ask("{\"id\":1,\"connect\":{}}");
            var stream = StreamClient.http(orion.httpPort(), "{\"id\":1,\"connect\":{}}");
            var events = StreamClient.events(orion.httpPort(), "chat/a");

            assertThat(orion.terminate()).as(orion.output()).isZero();

            assertThat(ws.closed().get(5, TimeUnit.SECONDS)).isEqualTo(3001);
            assertThat(tcp.hear()).contains("\"disconnect\"").contains("3001");
            assertThat(tcp.hear()).isNull();
            assertThat(stream.untilItEnds())
                    .last(InstanceOfAssertFactories.STRING)
                    .contains("\"disconnect\"", "3001");
            assertThat(events.untilItEnds())
                    .last(InstanceOfAssertFactories.STRING)
                    .contains("\"disconnect\"", "3001");
        }
    }

    @Test
    void letsCurlAndNetcatTalk() throws Exception {
        assumeTrue(Tool.isThere("curl") && Tool.isThere("nc"), "skipped: no curl and nc");
        try (var orion = OrionProcess.start(home);
                var nc = Tool.start("nc", "127.0.0.1", Integer.toString(orion.tcpPort()));
                var stream =
                        Tool.start(
                                "curl",
                                "-sN",
                                orion.http() + "/connection/sse?channel=chat/room1")) {
            nc.say("{\"id\":1,\"connect\":{}}");
            nc.say("{\"id\":2,\"subscribe\":{\"channel\":\"chat/room1\"}}");
            nc.awaitLine(line -> line.contains("\"subscribe\""), SOON);
            stream.awaitLine(line -> line.contains("\"connect\""), SOON);

            try (var curl =
                    Tool.start(
                            "curl",
                            "-sS",
                            "-HX-API-Key: " + orion.apiKey(),
                            "-d{\"channel\":\"chat/room1\",\"data\":\"from curl\"}",
                            orion.http() + "/api/publish")) {
                curl.awaitLine(line -> line.startsWith("{\"result\":{"), SOON);
            }
            nc.say("{\"id\":3,\"publish\":{\"channel\":\"chat/room1\",\"data\":\"from nc\"}}");

            for (Tool each : List.of(nc, stream)) {
                each.awaitLine(line -> line.contains("\"data\":\"from curl\""), SOON);
                each.awaitLine(line -> line.contains("\"data\":\"from nc\""), SOON);
            }
        }
    }

    @Test
    void startsAgainAfterAKill() throws Exception {
        try (var orion = OrionProcess.start(home)) {
            orion.kill();
        }
        try (var orion = OrionProcess.start(home)) {
            assertThat(orion.exec("listeners").code()).isZero();
            assertThat(orion.terminate()).isZero();
        }
    }

    @Test
    void refusesAHomeThatAnotherOneUses() throws Exception {
        try (var first = OrionProcess.start(home);
                var second = OrionProcess.launch(home, OrionProcess.freeOffset())) {
            int code = second.awaitExit();

            assertThat(code).isEqualTo(2);
            assertThat(second.output()).contains(home.toString());
            assertThat(first.exec("listeners").code()).isZero();
        }
    }

    @Test
    void logsInTheAgreedForm() throws Exception {
        try (var orion = OrionProcess.start(home);
                var client = new LineClient(orion.tcpPort())) {
            client.ask("{\"id\":1,\"connect\":{}}");
            orion.awaitLine(line -> line.contains("Network connection created"), SOON);

            Pattern record =
                    Pattern.compile(
                            "(?m)^\\[\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\] INFO \\|"
                                    + " agent\\.network_manager \\| Network connection created\n"
                                    + "├── connection_id: conn_[0-9a-f]{8}\n"
                                    + "├── endpoint: 127\\.0\\.0\\.1:\\d+\n"
                                    + "(├── [a-z_]+: .*\n"
                                    + ")*└── [a-z_]+: .*$");
            Await.until("a whole record", SOON, () -> record.matcher(orion.output()).find());
            Await.until(
                    "the same as JSON",
                    SOON,
                    () ->
                            Files.readAllLines(home.resolve("log/orion.jsonl")).stream()
                                    .anyMatch(
                                            line ->
                                                    line.startsWith("{")
                                                            && line.endsWith("}")
                                                            && line.contains(
                                                                    "\"Network connection"
                                                                            + " created\"")
                                                            && line.contains("\"connection_id\"")));
        }
    }

    @Test
    void cannotBeMadeToForgeARecord() throws Exception {
        try (var orion = OrionProcess.start(home);
                var client = new LineClient(orion.httpPort())) {
            client.say("GET /\u001b[31m%0A[2026-01-01T00:00:00.000000]%20INFO HTTP/1.1\r\n\r\n");
            client.hear();

            orion.terminate();
            assertThat(orion.output()).doesNotContain("\u001b").doesNotContain("\n[2026-01-01T00");
        }
    }

    private void configure(String json) throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/orion.json"), json);
    }
}
