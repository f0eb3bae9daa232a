// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Paho and mosquitto's clients against a running Orion, and its restart. */
class MqttClientsIT {

    @TempDir static Path home;

    private static OrionProcess orion;

    @BeforeAll
    static void start() throws Exception {
        orion = OrionProcess.start(home);
    }

    @AfterAll
    static void stop() throws Exception {
        assertThat(orion.terminate()).as(orion.output()).isZero();
    }

    @Test
    void pahoFiveKeepsItsSessionAndRetainedMessagesOverARestart() throws Exception {
        var first = connect("stays", false);
        first.client.subscribe(new MqttSubscription[] {new MqttSubscription("five/#", 2)});
        first.client.disconnect();
        try (var ann = connect("ann", true)) {
            ann.client.publish("five/kept", message("kept", 1, true));
            ann.client.publish("five/one", message("one", 1, false));
            ann.client.publish("five/two", message("two", 2, false));
        }

        orion.kill();
        orion = OrionProcess.start(home);

        try (var again = connect("stays", false)) {
            assertThat(List.of(again.next(), again.next(), again.next()))
                    .containsExactlyInAnyOrder("kept", "one", "two");
        }
        try (var late = connect("late", true)) {
            late.client.subscribe(new MqttSubscription[] {new MqttSubscription("five/#", 1)});
            assertThat(late.next()).isEqualTo("kept");
        }
    }

    @Test
    void mosquittosClientsPublishAndSubscribe() throws Exception {
        assumeTrue(
                Tool.isThere("mosquitto_sub") && Tool.isThere("mosquitto_pub"),
                "skipped: no mosquitto_sub and mosquitto_pub on the PATH");
        for (String version : List.of("mqttv311", "mqttv5")) {
            String port = Integer.toString(orion.mqttPort());
            String topic = "tools/" + version;
            String[] subscribe = {
                "stdbuf",
                "-oL",
                "mosquitto_sub",
                "-V",
                version,
                "-p",
                port,
                "-q",
                "2",
                "-v",
                "-d",
                "-t",
                "tools/#"
            };
            try (var subscriber = Tool.start(subscribe)) {
                subscriber.awaitLine(line -> line.contains("Subscribed"), Duration.ofSeconds(10));
                for (String qos : List.of("0", "1", "2")) {
                    String text = "qos " + qos;
                    String[] publish = {
                        "mosquitto_pub",
                        "-V",
                        version,
                        "-p",
                        port,
                        "-q",
                        qos,
                        "-t",
                        topic,
                        "-m",
                        text
                    };
                    Tool.run(publish);
                    subscriber.awaitLine(
                            line -> line.equals(topic + " " + text), Duration.ofSeconds(10));
                }
            }
        }
    }

    private static Talker connect(String id, boolean cleanStart) throws Exception {
        return new Talker(id, cleanStart);
    }

    private static MqttMessage message(String text, int qos, boolean retained) {
        var properties = new MqttProperties();
        properties.setUserProperties(List.of(new UserProperty("k", "v")));
        var message =
                new MqttMessage(text.getBytes(StandardCharsets.UTF_8), qos, retained, properties);
        message.setProperties(properties);
        return message;
    }

    /** One Paho client and what it receives. */
    private static final class Talker implements AutoCloseable {

        final MqttClient client;
        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

        Talker(String id, boolean cleanStart) throws Exception {
            client =
                    new MqttClient(
                            "tcp://127.0.0.1:" + orion.mqttPort(), id, new MemoryPersistence());
            client.setTimeToWait(10_000);
            client.setCallback(
                    new PahoEvents(
                            (topic, message) ->
                                    received.add(
                                            new String(
                                                    message.getPayload(),
                                                    StandardCharsets.UTF_8))));
            var options = new MqttConnectionOptions();
            options.setCleanStart(cleanStart);
            options.setSessionExpiryInterval(cleanStart ? 0L : 600L);
            options.setAutomaticReconnect(false);
            client.connect(options);
        }

        String next() throws InterruptedException {
            String text = received.poll(10, TimeUnit.SECONDS);
            assertThat(text).as("a message within 10 s").isNotNull();
            return text;
        }

        @Override
        public void close() throws MqttException {
            client.disconnect();
            client.close();
        }
    }
}
