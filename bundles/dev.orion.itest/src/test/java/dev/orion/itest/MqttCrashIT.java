// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Orion is killed at random moments while Paho clients publish and receive: what was acknowledged
 * arrives, and what is to arrive exactly once does not arrive twice. {@code -Dorion.test.crashes}
 * says how often.
 */
class MqttCrashIT {

    private static final int CRASHES = Integer.getInteger("orion.test.crashes", 10);
    private static final int PUBLISHERS = 2; // of each quality of service

    @TempDir Path home;

    private final Random random = new Random(20261122);
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    @Test
    void losesNothingThatWasAcknowledgedAndDoublesNothingThatIsToComeOnce() throws Exception {
        int offset = OrionProcess.freeOffset();
        OrionProcess orion = OrionProcess.start(home, offset);
        var subscriber = new Receiver(orion.mqttPort());
        List<Thread> publishers = new ArrayList<>();
        try {
            subscriber.client.subscribe("crash/#", 2);
            for (int qos = 1; qos <= 2; qos++) {
                for (int i = 0; i < PUBLISHERS; i++) {
                    publishers.add(publisher(orion.mqttPort(), qos, i));
                }
            }
            for (int crash = 0; crash < CRASHES; crash++) {
                int enough = acknowledged.size() + 50 + random.nextInt(200);
                await("publications", () -> acknowledged.size() >= enough);
                orion.kill();
                orion = OrionProcess.start(home, offset);
            }
            int enough = acknowledged.size() + 50;
            await("publications after the last crash", () -> acknowledged.size() >= enough);
            stopping = true;
            for (Thread publisher : publishers) {
                publisher.join(Duration.ofSeconds(30).toMillis());
            }
            await("every acknowledged message", () -> subscriber.got.containsAll(acknowledged));

            assertThat(subscriber.twice).as("exactly once").isEmpty();
            assertThat(orion.exec("publish crash/after 1").code()).isZero();
        } finally {
            stopping = true;
            subscriber.close();
            orion.close();
        }
    }

    private Thread publisher(int port, int qos, int number) throws MqttException {
        String name = "q" + qos + "-" + number;
        var client = client(port, "publisher-" + name);
        var thread =
                new Thread(
                        () -> {
                            try {
                                publish(client, qos, name);
                            } finally {
                                closeQuietly(client);
                            }
                        },
                        name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void publish(MqttClient client, int qos, String name) {
        for (int i = 0; !stopping; i++) {
            String text = name + "-" + i;
            try {
                connect(client);
                client.publish("crash/" + name, text.getBytes(StandardCharsets.UTF_8), qos, false);
                acknowledged.add(text);
            } catch (MqttException lost) {
                // Not acknowledged: nothing is promised of this one.
            }
        }
    }

    private static MqttClient client(int port, String id) throws MqttException {
        var client = new MqttClient("tcp://127.0.0.1:" + port, id, new MemoryPersistence());
        client.setTimeToWait(3_000);
        return client;
    }

    /** Connects again until it works; the deadline of the test is the limit. */
    private void connect(MqttClient client) throws MqttException {
        while (!client.isConnected() && !stopping) {
            var options = new MqttConnectOptions();
            options.setCleanSession(false);
            options.setConnectionTimeout(5);
            options.setMaxInflight(1000);
            try {
                client.connect(options);
            } catch (MqttException notYet) {
                java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
            }
        }
    }

    private static void closeQuietly(MqttClient client) {
        try {
            client.disconnectForcibly(0, 100, false);
            client.close(true);
        } catch (MqttException gone) {
            // It was not connected.
        }
    }

    private static void await(String what, java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not in time: " + what);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
    }

    /** A subscriber with a session that stays, and comes back after each crash. */
    private final class Receiver implements MqttCallback, AutoCloseable {

        final Set<String> got = ConcurrentHashMap.newKeySet();
        final Set<String> twice = ConcurrentHashMap.newKeySet();
        final MqttClient client;
        private final AtomicInteger losses = new AtomicInteger();

        Receiver(int port) throws MqttException {
            client = client(port, "subscriber");
            client.setCallback(this);
            connect(client);
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            String text = new String(message.getPayload(), StandardCharsets.UTF_8);
            if (!got.add(text) && text.startsWith("q2-")) {
                twice.add(text);
            }
        }

        @Override
        public void connectionLost(Throwable cause) {
            var back =
                    new Thread(
                            () -> {
                                try {
                                    connect(client);
                                } catch (MqttException closed) {
                                    // The test has ended.
                                }
                            },
                            "back-" + losses.incrementAndGet());
            back.setDaemon(true);
            back.start();
        }

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {}

        @Override
        public void close() {
            closeQuietly(client);
        }
    }
}
