// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.client.Delivery;
import dev.orion.message.Headers;
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.message.Qos;
import dev.orion.realtime.Member;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttProperties;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is delivered to clients: MQTT 5 §3.3, §4.3 from the server's side. */
class DeliveryTest {

    private Peer peer = Peer.connected(5);

    @AfterEach
    void close() {
        peer.close();
    }

    private static Publication hi(Qos qos, boolean retain) {
        return new Publication(
                Payload.untrusted(new byte[] {'h', 'i'}, ""),
                Headers.NONE,
                qos,
                retain,
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private void deliver(int id, Qos qos, boolean again, boolean retained, int subscription) {
        Message message = FakeClients.message("a", hi(qos, false));
        peer.clients.outlet.deliver(
                new Delivery(id, message, qos, again, retained, ids(subscription)));
    }

    private static List<Integer> ids(int subscription) {
        return subscription == 0 ? List.of() : List.of(subscription);
    }

    @Test // MQTT-3.3.1-1, -3, MQTT-3.3.2-1
    void writesTheFlags() {
        deliver(0, Qos.AT_MOST_ONCE, false, true, 0);
        deliver(1, Qos.AT_LEAST_ONCE, false, false, 0);
        deliver(2, Qos.EXACTLY_ONCE, true, false, 0);

        assertThat(peer.receivedHex())
                .isEqualTo(
                        "3106000161006869"
                                + "3208000161000100"
                                + "6869"
                                + "3c08000161000200"
                                + "6869");
    }

    @Test // MQTT-3.3.4-3
    void tellsTheSubscriptionIdentifier() {
        deliver(1, Qos.AT_LEAST_ONCE, false, false, 200);

        assertThat(peer.receivedHex()).isEqualTo("320b0001610001030bc801" + "6869");
    }

    @Test // MQTT-3.1.2-26, -27, MQTT 5 §3.3.2.3.4
    void givesAliasesToTheFirstTopicsUpToTheClientsMaximum() {
        peer.close();
        peer = new Peer();
        peer.connect(Connect.of(5).properties("22 0002"));

        for (String topic : List.of("a/a", "b/b", "c/c", "c/c", "b/b", "a/a")) {
            deliver(1, topic);
        }

        assertThat(peer.receivedHex())
                .isEqualTo(
                        "320d 0003612f61 0001 03230001 6869"
                                .concat("320d 0003622f62 0001 03230002 6869")
                                .concat("320a 0003632f63 0001 00 6869")
                                .concat("320a 0003632f63 0001 00 6869")
                                .concat("320a 0000 0001 03230002 6869")
                                .concat("320a 0000 0001 03230001 6869")
                                .replace(" ", ""));
    }

    @Test // what the client never saw it does not know
    void givesNoAliasWithAPacketThatIsNotWritten() {
        peer.close();
        peer = new Peer();
        peer.connect(Connect.of(5).properties("22 0002 27 0000000e"));

        deliver(1, "too/long");
        deliver(2, "b");

        assertThat(peer.receivedHex()).isEqualTo("320b 000162 0002 03230001 6869".replace(" ", ""));
    }

    private void deliver(int id, String topic) {
        Message message = FakeClients.message(topic, hi(Qos.AT_LEAST_ONCE, false));
        peer.clients.outlet.deliver(
                new Delivery(id, message, Qos.AT_LEAST_ONCE, false, false, List.of()));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void versionThreeHasNoProperties(int version) {
        peer.close();
        peer = Peer.connected(version);

        deliver(1, Qos.AT_LEAST_ONCE, false, false, 200);

        assertThat(peer.receivedHex()).isEqualTo("320700016100016869");
    }

    @Test // what one turn brings is one write
    void gathersDeliveries() {
        deliver(1, Qos.AT_LEAST_ONCE, false, false, 0);
        deliver(2, Qos.AT_LEAST_ONCE, false, false, 0);
        peer.server.runPendingTasks();

        ByteBuf all = peer.server.readOutbound();
        assertThat(all.readableBytes()).isEqualTo(20);
        all.release();
        assertThat(peer.receivedHex()).isEmpty();
    }

    @Test // MQTT-4.3.2-5, MQTT-4.3.3-5
    void passesAcknowledgementsOn() {
        peer.sendHex("40020001" + "50020002" + "70020002" + "4003000310");

        assertThat(peer.asked())
                .containsExactly(
                        "acknowledged 1", "received 2", "acknowledged 2", "acknowledged 3");
    }

    @Test // MQTT-4.3.3-4
    void releasesWhatIsReceived() {
        peer.sendPacket(0x82, "0001 00", Peer.string("a") + "02");
        peer.clients.publish("a", hi(Qos.EXACTLY_ONCE, false));
        peer.receivedHex();

        peer.sendHex("50020001" + "50020009" + "5004000a80" + "00");

        assertThat(peer.receivedHex()).isEqualTo("62020001" + "6203000992");
        assertThat(peer.asked()).contains("acknowledged 10");
    }

    @Test // MQTT-4.4.0-1
    void releasesAgain() {
        peer.clients.outlet.release(5);

        assertThat(peer.receivedHex()).isEqualTo("62020005");
    }

    @Test // MQTT-3.1.2-24, -25
    void acknowledgesWhatIsTooLargeForThePeer() {
        peer.close();
        peer = new Peer();
        peer.connect(Connect.of(5).properties("27 00000020"));
        byte[] large = new byte[40];
        var publication = Publication.of(Payload.untrusted(large, ""));

        peer.clients.outlet.deliver(
                new Delivery(
                        7,
                        FakeClients.message("a", publication),
                        Qos.AT_LEAST_ONCE,
                        false,
                        false,
                        List.of()));
        deliver(8, Qos.AT_LEAST_ONCE, false, false, 0);

        assertThat(peer.receivedHex()).startsWith("3208").hasSize(20);
        assertThat(peer.asked()).containsExactly("acknowledged 7");
    }

    @Test // MQTT-3.3.2-4 to -6, -15 to -20
    void tellsWhatTravelsWithThePayload() {
        var publication =
                new Publication(
                        Payload.untrusted(new byte[] {'x'}, "text/plain"),
                        Headers.of(
                                List.of(
                                        new Headers.Header("k", "1"),
                                        new Headers.Header("no\0", "2"),
                                        new Headers.Header("k", "3"))),
                        Qos.AT_LEAST_ONCE,
                        false,
                        Optional.of(Duration.ofSeconds(60)),
                        Optional.of(
                                new Publication.ReplyTo(
                                        "r", Payload.untrusted(new byte[] {1}, ""))),
                        true);
        var message =
                new Message(
                        "a", publication, Origin.HOST, System.currentTimeMillis() - 30_000, 0, "");

        peer.clients.outlet.deliver(
                new Delivery(1, message, Qos.AT_LEAST_ONCE, false, false, List.of(3, 300)));

        peer.nextPublish(
                packet -> {
                    MqttProperties all = packet.variableHeader().properties();
                    assertThat(value(all, MqttProperties.PAYLOAD_FORMAT_INDICATOR)).isEqualTo(1);
                    assertThat((int) value(all, MqttProperties.PUBLICATION_EXPIRY_INTERVAL))
                            .isBetween(1, 30);
                    assertThat(value(all, MqttProperties.CONTENT_TYPE)).isEqualTo("text/plain");
                    assertThat(value(all, MqttProperties.RESPONSE_TOPIC)).isEqualTo("r");
                    assertThat(value(all, MqttProperties.CORRELATION_DATA))
                            .isEqualTo(new byte[] {1});
                    assertThat(all.getProperties(MqttProperties.SUBSCRIPTION_IDENTIFIER))
                            .extracting(each -> each.value())
                            .containsExactly(3, 300);
                    assertThat(all.getProperties(MqttProperties.USER_PROPERTY))
                            .extracting(each -> each.toString())
                            .containsExactly("UserProperty(k, 1)", "UserProperty(k, 3)");
                });
    }

    private static Object value(MqttProperties all, int id) {
        return all.getProperty(id).value();
    }

    @Test // MQTT-3.3.2-5
    void doesNotDeliverWhatHasExpired() {
        var late =
                new Message(
                        "a",
                        new Publication(
                                Payload.text("x"),
                                Headers.NONE,
                                Qos.AT_LEAST_ONCE,
                                false,
                                Optional.of(Duration.ofSeconds(1)),
                                Optional.empty(),
                                false),
                        Origin.HOST,
                        System.currentTimeMillis() - 2000,
                        0,
                        "");

        peer.clients.outlet.deliver(
                new Delivery(3, late, Qos.AT_LEAST_ONCE, false, false, List.of()));

        peer.nothing();
        assertThat(peer.asked()).containsExactly("acknowledged 3");
        ByteBuf out = Unpooled.buffer();
        peer.clients.outlet.wireForm().publication(late, out);
        assertThat(out.isReadable()).isFalse();
    }

    @Test // MQTT-3.3.1-12, -13
    void wireFormsAreEqualWhereTheBytesAre() {
        var outlet = peer.clients.outlet;

        assertThat(outlet.wireForm(false, List.of())).isEqualTo(outlet.wireForm());
        assertThat(outlet.wireForm(true, List.of())).isNotEqualTo(outlet.wireForm());
        assertThat(outlet.wireForm(false, List.of(1))).isNotEqualTo(outlet.wireForm());
        assertThat(hexOf(false, true)).startsWith("30");
        assertThat(hexOf(true, true)).startsWith("31");
        assertThat(hexOf(true, false)).startsWith("30");
    }

    private String hexOf(boolean asPublished, boolean retain) {
        ByteBuf out = Unpooled.buffer();
        var message = FakeClients.message("a", hi(Qos.AT_MOST_ONCE, retain));
        peer.clients.outlet.wireForm(asPublished, List.of()).publication(message, out);
        return io.netty.buffer.ByteBufUtil.hexDump(out);
    }

    @Test
    void hasNoWordsForWhoComesAndGoes() {
        ByteBuf out = Unpooled.buffer();

        peer.clients.outlet.wireForm().joined("a", new Member("c", ""), out);
        peer.clients.outlet.wireForm().left("a", new Member("c", ""), out);

        assertThat(out.isReadable()).isFalse();
    }
}
