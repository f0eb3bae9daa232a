// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bridges of a running Orion to Debian's mosquitto. */
class BridgeIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir Path folder;

    private int offset;
    private Mosquitto mosquitto;
    private OrionProcess orion;

    @BeforeAll
    static void needsMosquitto() {
        assumeTrue(Mosquitto.program().isPresent(), "skipped: mosquitto is not installed");
    }

    @BeforeEach
    void startMosquitto() throws IOException {
        offset = OrionProcess.freeOffset();
        mosquitto = Mosquitto.start(folder.resolve("mosquitto"));
    }

    @AfterEach
    void stop() {
        mosquitto.close();
        if (orion != null) {
            orion.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void carriesEveryQualityOfServiceBothWaysWithoutEcho(int version) throws Exception {
        configure(bridge("link", version, "both here/# <-> there/a/#"));
        startOrion();
        awaitState("link", "connected");
        try (var here = local().subscribe("#");
                var there = remote().subscribe("#")) {
            for (int qos = 0; qos <= 2; qos++) {
                here.publish("here/x", "out " + qos, qos);
                assertThat(there.next()).hasToString("there/a/x out " + qos + " " + qos);
                assertThat(here.next()).hasToString("here/x out " + qos + " " + qos);
                there.publish("there/a/y/z", "in " + qos, qos);
                assertThat(here.next()).hasToString("here/y/z in " + qos + " " + qos);
                assertThat(there.next()).hasToString("there/a/y/z in " + qos + " " + qos);
            }
            // An echo would come before these.
            here.publish("here/last", "last out", 2);
            assertThat(there.next()).hasToString("there/a/last last out 2");
            there.publish("there/a/last", "last in", 2);
            assertThat(there.next()).hasToString("there/a/last last in 2");
            assertThat(here.next()).hasToString("here/last last out 2");
            assertThat(here.next()).hasToString("here/last last in 2");
        }
        Await.until("counted", SOON, () -> bridges().contains("\"in\":4,\"out\":4,\"buffered\":0"));
        assertThat(bridges())
                .contains(version == 3 ? "\"version\":\"3.1.1\"" : "\"version\":\"5\"")
                .contains("\"dropped\":0,\"lastError\":\"\"");
    }

    @Test
    void keepsWhatVersion5CanSay() throws Exception {
        configure(bridge("link", 5, "both here/# <-> there/#"));
        startOrion();
        awaitState("link", "connected");
        try (var here = local();
                var there = remote()) {
            there.subscribe("there/#");
            here.publish("here/x", full("here/answer"));
            MqttMessage out = there.next().message();
            here.subscribe("here/back");
            there.publish("there/back", full("there/answer"));
            MqttMessage in = here.next().message();

            assertThat(out.getProperties().getResponseTopic()).isEqualTo("there/answer");
            assertThat(in.getProperties().getResponseTopic()).isEqualTo("here/answer");
            for (MqttMessage message : List.of(out, in)) {
                assertThat(message.isRetained()).isTrue();
                MqttProperties properties = message.getProperties();
                assertThat(properties.getContentType()).isEqualTo("text/x");
                assertThat(properties.getCorrelationData()).containsExactly(1, 0, 2);
                assertThat(properties.getMessageExpiryInterval()).isBetween(550L, 600L);
                assertThat(properties.getPayloadFormat()).isTrue();
                assertThat(properties.getUserProperties())
                        .filteredOn(pair -> pair.getKey().equals("k"))
                        .extracting(UserProperty::getValue)
                        .containsExactly("one", "two");
            }
        }
        try (var late = remote().subscribe("there/x")) {
            assertThat(late.next().text()).isEqualTo("full");
        }
    }

    private static MqttMessage full(String answer) {
        var properties = new MqttProperties();
        properties.setContentType("text/x");
        properties.setCorrelationData(new byte[] {1, 0, 2});
        properties.setMessageExpiryInterval(600L);
        properties.setPayloadFormat(true);
        properties.setResponseTopic(answer);
        properties.setUserProperties(
                List.of(new UserProperty("k", "one"), new UserProperty("k", "two")));
        return new MqttMessage("full".getBytes(StandardCharsets.UTF_8), 1, true, properties);
    }

    @Test
    void cutsARingOfTwoBridges() throws Exception {
        configure(
                bridge("one", 5, "both here/# <-> there/#"),
                bridge("two", 5, "both here/# <-> there/#"));
        startOrion();
        awaitState("one", "connected");
        awaitState("two", "connected");
        try (var here = local().subscribe("here/#");
                var there = remote().subscribe("there/#")) {
            here.publish("here/x", "ring", 1);
            Await.until("seen by both", SOON, () -> bridges().split("\"looped\":1,").length == 3);
            here.publish("here/x", "end", 1);

            assertThat(here.textsUntil("end")).containsExactly("ring");
            assertThat(there.textsUntil("end")).containsExactly("ring", "ring");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void losesNothingWhileTheOtherBrokerRestarts(int version) throws Exception {
        configure(bridge("link", version, "out here/# -> there/#", "in back/# -> back/#"));
        startOrion();
        awaitState("link", "connected");
        try (var there = MqttPeer.connectLasting(mosquitto.port(), "reader")) {
            there.subscribe("there/#");
        }
        List<String> once = new ArrayList<>();
        List<String> atLeastOnce = new ArrayList<>();
        try (var here = local()) {
            for (int i = 0; i < 400; i++) {
                int qos = 1 + i % 2;
                (qos == 2 ? once : atLeastOnce).add("m" + i);
                here.publish("here/" + qos, "m" + i, qos);
                if (i == 100 || i == 250) {
                    mosquitto.stop();
                }
                if (i == 200 || i == 300) {
                    mosquitto.start();
                }
            }
            here.publish("here/1", "end", 1);
            here.publish("here/2", "end", 2);
        }
        Await.until("delivered", SOON, () -> bridges().contains("\"buffered\":0,"));

        try (var there = MqttPeer.connectLasting(mosquitto.port(), "reader")) {
            List<String> gotOnce = new ArrayList<>();
            List<String> gotAtLeastOnce = new ArrayList<>();
            for (int ends = 0; ends < 2; ) {
                MqttPeer.Got got = there.next();
                if (got.text().equals("end")) {
                    ends++;
                } else {
                    (got.topic().equals("there/2") ? gotOnce : gotAtLeastOnce).add(got.text());
                }
            }
            assertThat(gotOnce).isEqualTo(once);
            assertThat(gotAtLeastOnce.stream().distinct().toList()).isEqualTo(atLeastOnce);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void keepsWhatWaitsOverAKillAndTakesWhatHasWaitedThere(int version) throws Exception {
        configure(bridge("link", version, "out here/# -> there/#", "in back/# -> back/#"));
        startOrion();
        awaitState("link", "connected");
        mosquitto.stop();
        awaitState("link", "waiting");
        List<String> sent = IntStream.range(0, 300).mapToObj(i -> "m" + i).toList();
        try (var here = local()) {
            for (String text : sent) {
                here.publish("here/" + version, text, 2);
            }
            here.publish("here/" + version, "end", 2);
        }
        assertThat(bridges()).contains("\"buffered\":301,");

        orion.kill();
        mosquitto.start();
        try (var there = remote().subscribe("there/#")) {
            for (String text : sent) {
                there.publish("back/" + version, text, 2);
            }
            there.publish("back/" + version, "end", 2);
            startOrion();

            assertThat(there.textsUntil("end")).isEqualTo(sent);
        }
        Await.until("taken in", SOON, () -> bridges().contains("\"in\":301,"));
    }

    @Test
    void losesNothingOfWhatComesInWhileOrionIsKilled() throws Exception {
        configure(bridge("link", 5, "in back/# -> back/#"));
        startOrion();
        awaitState("link", "connected");
        try (var here = MqttPeer.connectLasting(orion.mqttPort(), "reader")) {
            here.subscribe("back/#");
        }
        List<String> sent = new ArrayList<>();
        try (var there = remote()) {
            for (int i = 0; i < 600; i++) {
                sent.add("m" + i);
                there.publish("back/x", "m" + i, 2);
                if (i % 200 == 150) {
                    orion.kill();
                    orion = null;
                    startOrion();
                }
            }
            there.publish("back/x", "end", 2);
        }
        try (var here = MqttPeer.connectLasting(orion.mqttPort(), "reader")) {
            assertThat(here.textsUntil("end")).isEqualTo(sent);
        }
    }

    @Test
    void dropsWhatTheBufferHasNoRoomForAndCountsIt() throws Exception {
        configure(
                bridge("link", 5, "out here/# -> there/#")
                        .replace("{", "{ \"bufferMessages\": 10, "));
        startOrion();
        awaitState("link", "connected");
        try (var there = MqttPeer.connectLasting(mosquitto.port(), "reader")) {
            there.subscribe("there/#");
        }
        mosquitto.stop();
        awaitState("link", "waiting");
        try (var here = local()) {
            for (int i = 0; i < 30; i++) {
                here.publish("here/x", "m" + i, 1);
            }
        }

        assertThat(bridges()).contains("\"buffered\":10,").contains("\"dropped\":20,");
        assertThat(orion.output().split("Session queue full", -1)).hasSize(2);
        mosquitto.start();
        Await.until("delivered", SOON, () -> bridges().contains("\"buffered\":0,"));
        try (var here = local();
                var there = MqttPeer.connectLasting(mosquitto.port(), "reader")) {
            here.publish("here/x", "end", 1);
            assertThat(there.textsUntil("end"))
                    .isEqualTo(IntStream.range(0, 10).mapToObj(i -> "m" + i).toList());
        }
    }

    @Test
    void saysOnceWhyItDoesNotConnectAndChangesAlone() throws Exception {
        mosquitto.close();
        Path passwords = folder.resolve("passwords");
        Files.writeString(passwords, "ann:open-sesame\n");
        Tool.run("mosquitto_passwd", "-U", passwords.toString());
        mosquitto =
                Mosquitto.start(
                        folder.resolve("closed"),
                        "allow_anonymous false",
                        "password_file " + passwords);
        String good = user(bridge("good", 3, "out a/# -> a/#"), "open-sesame");
        String other = user(bridge("other", 5, "out b/# -> b/#"), "abracadabra");
        configure(good, other);
        startOrion();
        awaitState("good", "connected");
        awaitState("other", "waiting");
        Await.until("told", SOON, () -> exec("bridges").contains("not authorized"));
        String since = since("good");
        Await.until("attempts", SOON, () -> attempts() >= 4);
        assertThat(orion.output().split("Bridge not connected", -1)).hasSize(2);
        assertThat(orion.output()).doesNotContain("abracadabra").doesNotContain("open-sesame");

        configure(good, user(bridge("other", 5, "out b/# -> b/#"), "open-sesame"));
        awaitState("other", "connected");
        assertThat(since("good")).isEqualTo(since);

        configure(good);
        Await.until("gone", SOON, () -> !bridges().contains("\"other\""));
        assertThat(since("good")).isEqualTo(since);
        assertThat(orion.terminate()).as(orion.output()).isZero();
    }

    /** How often mosquitto has refused somebody. */
    private long attempts() throws IOException {
        String log = Files.readString(folder.resolve("closed/mosquitto.log"));
        return log.lines().filter(line -> line.contains("not authorised")).count();
    }

    @Test
    void speaksTls() throws Exception {
        configure();
        startOrion(); // makes a certificate for development
        Path tls = folder.resolve("home/tls");
        mosquitto.close();
        mosquitto =
                Mosquitto.start(
                        folder.resolve("tls"),
                        "certfile " + tls.resolve("dev-cert.pem"),
                        "keyfile " + tls.resolve("dev-key.pem"));
        configure(
                bridge("three", 3, "out a/# -> a/#")
                        .replace("mqtt://127.0.0.1", "mqtts://localhost")
                        .replace("{", "{ \"ca\": \"tls/dev-cert.pem\", "),
                bridge("five", 5, "out b/# -> b/#")
                        .replace("mqtt://127.0.0.1", "mqtts://localhost")
                        .replace("{", "{ \"ca\": \"tls/dev-cert.pem\", "),
                bridge("distrusts", 5, "out c/# -> c/#")
                        .replace("mqtt://127.0.0.1", "mqtts://localhost"));
        awaitState("three", "connected");
        awaitState("five", "connected");
        awaitState("distrusts", "waiting");
        assertThat(bridges()).contains("unable to find valid certification path");
    }

    // ---- what the tests say

    /** The configuration of one bridge to the mosquitto of this test. */
    private String bridge(String name, int version, String... mappings) {
        return String.format(
                Locale.ROOT,
                "\"dev.orion.bridge.mqtt~%s\": { \"uri\": \"mqtt://127.0.0.1:%d\", \"version\": %d,"
                        + " \"minBackoff\": \"50ms\", \"maxBackoff\": \"500ms\","
                        + " \"mappings\": [\"%s\"] }",
                name,
                mosquitto.port(),
                version,
                String.join("\", \"", mappings));
    }

    private static String user(String bridge, String password) {
        return bridge.replace("{", "{ \"username\": \"ann\", \"password\": \"" + password + "\", ");
    }

    private void configure(String... bridges) throws IOException {
        Path next = folder.resolve("bridges.next");
        Files.writeString(next, "{\n" + String.join(",\n", bridges) + "\n}\n");
        Files.move(
                next,
                folder.resolve("bridges.json"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private void startOrion() throws Exception {
        orion =
                OrionProcess.start(
                        folder.resolve("home"),
                        offset,
                        "--config",
                        OrionProcess.ROOT.resolve("cnf/conf/orion.json").toString(),
                        "--config",
                        folder.resolve("bridges.json").toString());
    }

    private MqttPeer local() throws Exception {
        return MqttPeer.connect(orion.mqttPort(), "here");
    }

    private MqttPeer remote() throws Exception {
        return MqttPeer.connect(mosquitto.port(), "there");
    }

    private void awaitState(String bridge, String state) {
        Await.until(
                bridge + " " + state,
                SOON,
                () ->
                        bridges().contains("\"state\":\"" + state + "\"")
                                && line(bridge).contains("\"state\":\"" + state + "\""));
    }

    private String since(String bridge) throws Exception {
        return line(bridge).replaceAll(".*(\"since\":\"[^\"]*\").*", "$1");
    }

    /** What the shell says of one bridge. */
    private String line(String bridge) throws Exception {
        for (String object : bridges().split("}")) {
            if (object.contains("\"name\":\"" + bridge + "\"")) {
                return object;
            }
        }
        throw new AssertionError("no bridge " + bridge);
    }

    private String bridges() throws Exception {
        return exec("bridges --json");
    }

    private String exec(String command) throws Exception {
        OrionProcess.Exec done = orion.exec(command);
        assertThat(done.code()).as(done.err()).isZero();
        return done.out();
    }
}
