// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.client.MqttClientPersistence;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.MqttToken;
import org.eclipse.paho.mqttv5.client.internal.ClientComms;
import org.eclipse.paho.mqttv5.client.logging.LoggerFactory;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttPersistable;
import org.eclipse.paho.mqttv5.common.MqttPersistenceException;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttPubRel;
import org.eclipse.paho.mqttv5.common.packet.MqttPublish;
import org.eclipse.paho.mqttv5.common.packet.MqttWireMessage;

/**
 * MQTT 5 by Paho. What Paho would keep on its own is kept by the session instead: its persistence
 * is where the protocol says that something must be safe before the next packet goes out.
 */
final class LinkFive implements Link {

    /** Publications that the other broker may send before one is acknowledged. */
    private static final int RECEIVE_MAXIMUM = 1000;

    private static final int ERRORS = 0x80;
    private static final int ID_IN_USE = 0x91;
    private static final int ID_NOT_FOUND = 0x92;
    private static final int QUOTA_EXCEEDED = 0x97;
    private static final int FIRST_UNUSED_ID = 0x1_0000;

    static {
        LoggerFactory.setLogger(SilenceFive.class.getName());
    }

    private final Settings settings;
    private final Events events;
    private final LinkThreads threads;
    private final Client client;
    private final LinkEnd end;

    /** Sent to come exactly once and not answered yet, in that order; guarded by itself. */
    private final Set<Integer> unanswered = new LinkedHashSet<>();

    private int lastUnusedId = FIRST_UNUSED_ID; // the thread that sends

    LinkFive(Settings settings, String clientId, Events events) throws LinkException {
        this.settings = settings;
        this.events = events;
        this.end = new LinkEnd(reason -> events.lost(this, reason));
        this.threads = new LinkThreads(settings.name(), end::abort);
        try {
            this.client = new Client(settings.pahoUri(), clientId, threads, new Hooks());
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
        MqttProperties told = token.getResponseProperties();
        Integer receiveMaximum = told == null ? null : told.getReceiveMaximum();
        Long maxPacketBytes = told == null ? null : told.getMaximumPacketSize();
        return new Opened(
                token.getSessionPresent(),
                receiveMaximum == null ? 0xffff : receiveMaximum,
                maxPacketBytes == null ? Long.MAX_VALUE : maxPacketBytes);
    }

    private MqttConnectionOptions options() throws LinkException {
        var options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setAutomaticReconnect(false);
        options.setSessionExpiryInterval(
                Math.min(0xffff_fffeL, settings.sessionExpiry().toSeconds()));
        options.setReceiveMaximum(RECEIVE_MAXIMUM);
        options.setMaximumPacketSize((long) settings.maxPacketBytes());
        options.setKeepAliveInterval((int) settings.keepAlive().toSeconds());
        options.setConnectionTimeout((int) Math.max(1, settings.connectTimeout().toSeconds()));
        settings.username().ifPresent(options::setUserName);
        settings.password().ifPresent(secret -> options.setPassword(secret.bytes()));
        Optional<TlsFiles> tls = settings.tls();
        if (tls.isPresent()) {
            options.setSocketFactory(tls.get().socketFactory());
        }
        return options;
    }

    @Override
    public List<String> subscribe(List<Mapping> mappings) throws LinkException {
        List<String> refused = new ArrayList<>();
        for (Mapping mapping : mappings) { // one by one: some brokers limit a packet's filters
            var subscription =
                    new MqttSubscription(mapping.remote().toString(), QosLevel.of(mapping.qos()));
            subscription.setNoLocal(true);
            subscription.setRetainAsPublished(true);
            subscription.setRetainHandling(1); // only where the subscription is new
            var answer = new CompletableFuture<IMqttToken>();
            try {
                client.subscribe(
                        new MqttSubscription[] {subscription},
                        null,
                        completing(answer),
                        new MqttProperties());
            } catch (MqttException | RuntimeException failed) {
                throw new LinkException(Reasons.of(failed));
            }
            int code = firstCode(end.await(answer, settings.connectTimeout()));
            if (code >= ERRORS) {
                refused.add(mapping.remote() + ": " + Reasons.ofCode(code));
            }
        }
        return refused;
    }

    @Override
    public void publish(Sending sending) throws LinkException {
        if (!PahoText.isWritableByFive(sending.topic())) {
            events.acknowledged(sending.id(), "a topic that cannot be written");
            return;
        }
        MqttMessage message = FiveWords.message(sending);
        var packet = new MqttPublish(sending.topic(), message, message.getProperties());
        packet.setMessageId(sending.id() > 0 ? sending.id() : nextUnusedId());
        packet.setDuplicate(sending.again());
        boolean isOnce = sending.id() > 0 && message.getQos() == 2;
        if (isOnce) {
            synchronized (unanswered) {
                unanswered.add(sending.id());
            }
        }
        send(packet, sending.id());
    }

    /** Paho finds what it does by an id, also where the packet has none: one that no packet has. */
    private int nextUnusedId() {
        lastUnusedId = lastUnusedId == Integer.MAX_VALUE ? FIRST_UNUSED_ID : lastUnusedId + 1;
        return lastUnusedId;
    }

    @Override
    public void release(int id) throws LinkException {
        try {
            send(new MqttPubRel(0, id, new MqttProperties()), id);
        } catch (MqttException failed) {
            throw new LinkException(Reasons.of(failed));
        }
    }

    private void send(MqttWireMessage packet, int id) throws LinkException {
        while (!end.isOver()) {
            try {
                client.send(packet, id == 0 ? null : new Acknowledged(id));
                return;
            } catch (MqttException failed) {
                if (failed.getReasonCode() != MqttClientException.REASON_CODE_MAX_INFLIGHT) {
                    throw new LinkException(Reasons.of(failed));
                }
                end.pause(); // Paho counts what it is just writing, too
            } catch (RuntimeException closed) { // Paho forgets its parts when it is closed
                throw new LinkException(Reasons.of(closed));
            }
        }
    }

    @Override
    public void acknowledge(int id) {
        try {
            client.messageArrivedComplete(id, 1);
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
        var goodbye = new MqttProperties();
        if (forget) {
            goodbye.setSessionExpiryInterval(0L);
        }
        try {
            client.goodbye(goodbye);
            client.close(true);
        } catch (MqttException | RuntimeException gone) {
            // It was not connected, or is not any more.
        }
        threads.shutdownNow();
    }

    private static int firstCode(IMqttToken token) {
        int[] codes = token.getReasonCodes();
        return codes == null || codes.length == 0 ? 0 : codes[0];
    }

    private static MqttActionListener completing(CompletableFuture<IMqttToken> answer) {
        return new MqttActionListener() {
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

    /** The other broker is done with a publication; when the connection ends first it is not. */
    private final class Acknowledged implements MqttActionListener {

        private final int id;

        Acknowledged(int id) {
            this.id = id;
        }

        @Override
        public void onSuccess(IMqttToken token) {
            int code = firstCode(token);
            if (code == QUOTA_EXCEEDED) {
                end.abort(Reasons.ofCode(code)); // not for good: the next connection sends it
                return;
            }
            boolean isRefused = code >= ERRORS && code != ID_NOT_FOUND;
            events.acknowledged(id, isRefused ? Reasons.ofCode(code) : "");
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
            if (message.getQos() < 2) {
                events.arrived(
                        LinkFive.this,
                        new Received(message.getId(), topic, FiveWords.publication(message)));
            }
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            MqttException why = response.getException();
            int code = why == null ? response.getReturnCode() : why.getReasonCode();
            if (why != null) {
                refusedOnce(code);
            }
            end.abort(why == null ? Reasons.ofCode(code) : Reasons.of(why));
        }

        /**
         * Paho ends the connection when a publication that is to come exactly once is refused. The
         * answers come in the order of the publications, so it is the first one without an answer
         * (MQTT 5 §4.6).
         */
        private void refusedOnce(int code) {
            boolean isForGood = code != ID_IN_USE && code != QUOTA_EXCEEDED;
            if (code <= ERRORS || code > 0xff || code == ID_NOT_FOUND || !isForGood) {
                return;
            }
            synchronized (unanswered) {
                unanswered.stream()
                        .findFirst()
                        .ifPresent(id -> events.acknowledged(id, Reasons.ofCode(code)));
            }
        }

        @Override
        public void mqttErrorOccurred(MqttException failure) {
            end.abort(Reasons.of(failure));
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
            // The listener of each publication is told.
        }

        @Override
        public void connectComplete(boolean again, String uri) {
            // open() waits for it.
        }

        @Override
        public void authPacketArrived(int code, MqttProperties properties) {
            // No enhanced authentication was asked for.
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
                            LinkFive.this,
                            new Received(
                                    publish.getMessageId(),
                                    publish.getTopicName(),
                                    FiveWords.publication(publish.getMessage())));
                } else if (key.startsWith("sc-")) { // a PUBREC; PUBREL follows
                    int id = id(key);
                    synchronized (unanswered) {
                        unanswered.remove(id);
                    }
                    events.received(id);
                }
            } catch (LinkException failed) {
                end.abort(failed.getMessage());
                throw new MqttPersistenceException(failed);
            }
        }

        @Override
        public void remove(String key) throws MqttPersistenceException {
            if (!key.startsWith("r-")) {
                return;
            }
            try { // a PUBREL; PUBCOMP follows
                events.released(id(key));
            } catch (LinkException failed) {
                end.abort(failed.getMessage());
                throw new MqttPersistenceException(failed);
            }
            client.forget(id(key));
        }

        private static int id(String key) {
            return Integer.parseInt(key.substring(key.indexOf('-') + 1));
        }

        @Override
        public void open(String clientId) {}

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

        private static final MethodHandle DELIVERY_COMPLETE = deliveryComplete();

        /** Of one thread: {@link #forget} removes once more what is being removed. */
        private boolean isForgetting;

        Client(String uri, String clientId, LinkThreads threads, MqttClientPersistence hooks)
                throws MqttException {
            super(uri, clientId, hooks, null, threads);
        }

        void send(MqttWireMessage packet, MqttActionListener listener) throws MqttException {
            var token = new MqttToken(getClientId());
            token.setActionCallback(listener);
            comms.sendNoWait(packet, token);
        }

        void goodbye(MqttProperties properties) throws MqttException {
            comms.disconnectForcibly(0, LinkEnd.GOODBYE_MS, comms.isConnected(), 0, properties);
        }

        /** Else Paho would keep every publication of exactly once until its id comes again. */
        void forget(int id) {
            if (isForgetting) {
                return;
            }
            isForgetting = true;
            try {
                DELIVERY_COMPLETE.invokeExact(comms, id);
            } catch (RuntimeException | Error broken) {
                throw broken;
            } catch (Throwable failed) { // which a method handle declares; any other is Paho's
                throw new IllegalStateException(failed);
            } finally {
                isForgetting = false;
            }
        }

        private static MethodHandle deliveryComplete() {
            try {
                return MethodHandles.privateLookupIn(ClientComms.class, MethodHandles.lookup())
                        .findVirtual(
                                ClientComms.class,
                                "deliveryComplete",
                                MethodType.methodType(void.class, int.class));
            } catch (ReflectiveOperationException another) {
                throw new ExceptionInInitializerError(another); // not the Paho that we embed
            }
        }
    }
}
