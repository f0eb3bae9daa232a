// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** A Paho client that publishes, and remembers what it receives. */
final class MqttPeer implements AutoCloseable {

    /** What has come. */
    record Got(String topic, MqttMessage message) {

        String text() {
            return new String(message.getPayload(), StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return topic + " " + text() + " " + message.getQos();
        }
    }

    /** Tells of each packet otherwise; held, because loggers are forgotten with their levels. */
    private static final Logger PAHO = Logger.getLogger("org.eclipse.paho.mqttv5");

    static {
        PAHO.setLevel(Level.WARNING);
    }

    private static final Duration ROOM = Duration.ofSeconds(20);

    private final MqttClient client;
    private final BlockingQueue<Got> received = new LinkedBlockingQueue<>();

    private MqttPeer(int port, String id) throws MqttException {
        client = new MqttClient("tcp://127.0.0.1:" + port, id, new MemoryPersistence());
        client.setTimeToWait(60_000);
    }

    /** One whose session begins and ends with it. */
    static MqttPeer connect(int port, String id) throws Exception {
        return connect(port, id, true);
    }

    /** One whose session stays. */
    static MqttPeer connectLasting(int port, String id) throws Exception {
        return connect(port, id, false);
    }

    private static MqttPeer connect(int port, String id, boolean isClean) throws Exception {
        var peer = new MqttPeer(port, id);
        peer.client.setCallback(
                new PahoEvents((topic, message) -> peer.received.add(new Got(topic, message))));
        var options = new MqttConnectionOptions();
        options.setCleanStart(isClean);
        options.setSessionExpiryInterval(isClean ? 0L : 600L);
        options.setAutomaticReconnect(false);
        peer.client.connect(options);
        return peer;
    }

    MqttPeer subscribe(String filter) throws MqttException {
        var subscription = new MqttSubscription(filter, 2);
        subscription.setRetainAsPublished(true);
        client.subscribe(new MqttSubscription[] {subscription});
        return this;
    }

    /** Publishes, and returns when that is acknowledged as its quality of service asks. */
    void publish(String topic, String text, int qos) throws MqttException {
        publish(topic, new MqttMessage(text.getBytes(StandardCharsets.UTF_8), qos, false, null));
    }

    void publish(String topic, MqttMessage message) throws MqttException {
        if (message.getProperties() == null) {
            message.setProperties(new MqttProperties());
        }
        // Paho wakes whoever waits for an acknowledgement before it counts that as done.
        long deadline = System.nanoTime() + ROOM.toNanos();
        while (!isTaken(topic, message)) {
            assertThat(System.nanoTime()).as("room in Paho's window").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private boolean isTaken(String topic, MqttMessage message) throws MqttException {
        try {
            client.publish(topic, message);
            return true;
        } catch (MqttException refused) {
            if (refused.getReasonCode() != MqttClientException.REASON_CODE_MAX_INFLIGHT) {
                throw refused;
            }
            return false;
        }
    }

    Got next() throws InterruptedException {
        Got got = received.poll(20, TimeUnit.SECONDS);
        assertThat(got).as("a message within 20 s").isNotNull();
        return got;
    }

    /** The texts that come before this one. */
    List<String> textsUntil(String last) throws InterruptedException {
        List<String> texts = new ArrayList<>();
        for (String text = next().text(); !text.equals(last); text = next().text()) {
            texts.add(text);
        }
        return texts;
    }

    @Override
    public void close() {
        try {
            client.disconnectForcibly(0, 1000, false);
            client.close(true);
        } catch (MqttException gone) {
            // Its broker has gone before.
        }
    }
}
