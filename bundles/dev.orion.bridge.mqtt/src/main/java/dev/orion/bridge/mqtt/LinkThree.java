// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import dev.orion.message.Headers;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttClientPersistence;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.MqttPersistable;
import org.eclipse.paho.client.mqttv3.MqttPersistenceException;
import org.eclipse.paho.client.mqttv3.MqttToken;
import org.eclipse.paho.client.mqttv3.ScheduledExecutorPingSender;
import org.eclipse.paho.client.mqttv3.internal.wire.MqttPubRel;
import org.eclipse.paho.client.mqttv3.internal.wire.MqttPublish;
import org.eclipse.paho.client.mqttv3.internal.wire.MqttWireMessage;
import org.eclipse.paho.client.mqttv3.logging.LoggerFactory;

/**
 * MQTT 3.1.1 by Paho; it keeps nothing either, see {@link LinkFive}.
 *
 * <p>There are no words for a refused publication, so none is known.
 */
final class LinkThree implements Link {

    /** There are no words for how much the other broker takes. */
    private static final int WINDOW = 0xffff;

    private static final int PUBREL_FLAGS = 2; // MQTT 3.1.1 §3.6.1

    static {
        LoggerFactory.setLogger(SilenceThree.class.getName());
    }

    private final Settings settings;
    private final Events events;
    private final LinkThreads threads;
    private final Client client;
    private final LinkEnd end;

    LinkThree(Settings settings, String clientId, Events events) throws LinkException {
        this.settings = settings;
        this.events = events;
        this.end = new LinkEnd(reason -> events.lost(this, reason));
        this.threads = new LinkThreads(settings.name(), end::abort);
        try {
            this.client = new Client(settings.pahoUri(), clientId, new Hooks(), threads);
        } catch (MqttException | IllegalArgumentException wrong) {
            threads.shutdownNow();
            throw new LinkException(String.valueOf(wrong.getMessage()));
        }
        client.setManualAcks(true);
        client.setCallback(new Callback());
    }

    @Override
    public Opened open() throws LinkException {
        var answer = new CompletableFuture<IMqttToken>();
        try {
            client.connect(options(), null, completing(answer));
        } catch (MqttException | RuntimeException failed) {
            throw new LinkException(Reasons.of(failed));
        }
        IMqttToken token = end.await(answer, settings.connectTimeout());
        return new Opened(token.getSessionPresent(), WINDOW, Long.MAX_VALUE);
    }

    private MqttConnectOptions options() throws LinkException {
        var options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setCleanSession(false);
        options.setAutomaticReconnect(false);
        options.setMaxInflight(WINDOW);
        options.setKeepAliveInterval((int) settings.keepAlive().toSeconds());
        options.setConnectionTimeout((int) Math.max(1, settings.connectTimeout().toSeconds()));
        settings.username().ifPresent(options::setUserName);
        settings.password().ifPresent(secret -> options.setPassword(secret.chars()));
        Optional<TlsFiles> tls = settings.tls();
        if (tls.isPresent()) {
            options.setSocketFactory(tls.get().socketFactory());
        }
        return options;
    }

    @Override
    public List<String> subscribe(List<Mapping> mappings) throws LinkException {
        List<String> refused = new ArrayList<>();
        for (Mapping mapping : mappings) {
            var answer = new CompletableFuture<IMqttToken>();
            try {
                client.subscribe(
                        mapping.remote().toString(),
                        QosLevel.of(mapping.qos()),
                        null,
                        completing(answer));
            } catch (MqttException | RuntimeException failed) {
                throw new LinkException(Reasons.of(failed));
            }
            int[] granted = end.await(answer, settings.connectTimeout()).getGrantedQos();
            if (granted != null && granted.length > 0 && granted[0] > 2) { // §3.9.3
                refused.add(mapping.remote() + ": refused");
            }
        }
        return refused;
    }

    @Override
    public void publish(Sending sending) throws LinkException {
        if (!PahoText.isWritableByThree(sending.topic())) {
            events.acknowledged(sending.id(), "a topic that cannot be written");
            return;
        }
        var message = new MqttMessage(sending.publication().payload().array());
        message.setQos(QosLevel.of(sending.qos()));
        message.setRetained(sending.retain());
        var packet = new MqttPublish(sending.topic(), message);
        packet.setMessageId(sending.id());
        packet.setDuplicate(sending.again());
        send(packet, sending.id());
    }

    @Override
    public void release(int id) throws LinkException {
        byte[] body = {(byte) (id >> 8), (byte) id};
        try {
            send(new MqttPubRel((byte) PUBREL_FLAGS, body), id);
        } catch (IOException cannotBe) {
            throw new IllegalStateException(cannotBe); // two bytes are always read
        }
    }

    private void send(MqttWireMessage packet, int id) throws LinkException {
        while (!end.isOver()) {
            try {
                client.send(packet, id == 0 ? null : new Acknowledged(id));
                return;
            } catch (MqttException failed) {
                if (failed.getReasonCode() != MqttException.REASON_CODE_MAX_INFLIGHT) {
                    throw new LinkException(Reasons.of(failed));
                }
                end.pause();
            } catch (RuntimeException closed) { // Paho forgets its parts when it is closed
                throw new LinkException(Reasons.of(closed));
            }
        }
    }

    @Override
    public void acknowledge(int id) {
        complete(id, 1);
    }

    private void complete(int id, int qos) {
        try {
            client.messageArrivedComplete(id, qos);
        } catch (MqttException | RuntimeException gone) {
            end.abort(Reasons.of(gone)); // it comes again by the next connection
        }
    }

    @Override
    public void abort(String reason) {
        end.abort(reason);
    }

    @Override
    public void close(boolean forget) {
        end.abort("closed");
        try {
            client.disconnectForcibly(0, LinkEnd.GOODBYE_MS, client.isConnected());
            client.close(true);
        } catch (MqttException | RuntimeException gone) {
            // It was not connected, or is not any more.
        }
        threads.shutdownNow();
    }

    private static IMqttActionListener completing(CompletableFuture<IMqttToken> answer) {
        return new IMqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                answer.complete(token);
            }

            @Override
            public void onFailure(IMqttToken token, Throwable failure) {
                answer.completeExceptionally(failure);
            }
        };
    }

    private static Publication publication(MqttMessage message) {
        return new Publication(
                Payload.untrusted(message.getPayload(), ""),
                Headers.NONE,
                QosLevel.qos(message.getQos()),
                message.isRetained(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    /** The other broker is done with a publication; when the connection ends first it is not. */
    private final class Acknowledged implements IMqttActionListener {

        private final int id;

        Acknowledged(int id) {
            this.id = id;
        }

        @Override
        public void onSuccess(IMqttToken token) {
            events.acknowledged(id, "");
        }

        @Override
        public void onFailure(IMqttToken token, Throwable failure) {
            // It is sent again by the next connection.
        }
    }

    /** What comes in by itself. */
    private final class Callback implements MqttCallback {

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            if (message.getQos() == 2) {
                complete(message.getId(), 2); // PUBREL has come; the message was taken before
            } else {
                events.arrived(
                        LinkThree.this, new Received(message.getId(), topic, publication(message)));
            }
        }

        @Override
        public void connectionLost(Throwable cause) {
            end.abort(cause == null ? "connection lost" : Reasons.of(cause));
        }

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {
            // The listener of each publication is told.
        }
    }

    /** The moments at which something must be safe. They keep nothing. */
    private final class Hooks implements MqttClientPersistence {

        @Override
        public void put(String key, MqttPersistable packet) throws MqttPersistenceException {
            try {
                if (key.startsWith("r-")) { // a publication; PUBREC follows
                    var publish = (MqttPublish) packet;
                    events.arrivedOnce(
                            LinkThree.this,
                            new Received(
                                    publish.getMessageId(),
                                    publish.getTopicName(),
                                    publication(publish.getMessage())));
                } else if (key.startsWith("sc-")) { // a PUBREC; PUBREL follows
                    events.received(id(key));
                }
            } catch (LinkException failed) {
                end.abort(failed.getMessage());
                throw new MqttPersistenceException(failed);
            }
        }

        @Override
        public void remove(String key) throws MqttPersistenceException {
            try {
                if (key.startsWith("r-")) { // a PUBREL; PUBCOMP follows
                    events.released(id(key));
                }
            } catch (LinkException failed) {
                end.abort(failed.getMessage());
                throw new MqttPersistenceException(failed);
            }
        }

        private static int id(String key) {
            return Integer.parseInt(key.substring(key.indexOf('-') + 1));
        }

        @Override
        public void open(String clientId, String uri) {}

        @Override
        public void close() {}

        @Override
        public void clear() {}

        @Override
        public MqttPersistable get(String key) {
            return null;
        }

        @Override
        public Enumeration<String> keys() {
            return Collections.emptyEnumeration();
        }

        @Override
        public boolean containsKey(String key) {
            return false;
        }
    }

    /** Opens what Paho's client keeps to itself: the ids of publications are the session's. */
    private static final class Client extends MqttAsyncClient {

        Client(String uri, String clientId, MqttClientPersistence hooks, LinkThreads threads)
                throws MqttException {
            super(uri, clientId, hooks, new ScheduledExecutorPingSender(threads), threads);
        }

        void send(MqttWireMessage packet, IMqttActionListener listener) throws MqttException {
            var token = new MqttToken(getClientId());
            token.setActionCallback(listener);
            comms.sendNoWait(packet, token);
        }
    }
}
