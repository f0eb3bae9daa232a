// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.client.FilterOptions;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.message.Qos;
import dev.orion.realtime.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SUBSCRIBE and UNSUBSCRIBE: MQTT 5 §3.8 to §3.11, §4.7, §4.8; MQTT 3.1.1 likewise. */
class SubscribeTest {

    private Peer peer = Peer.connected(5);

    @AfterEach
    void close() {
        peer.close();
    }

    private void three() {
        peer.close();
        peer = Peer.connected(4);
    }

    private static String filter(String text, int options) {
        return Peer.string(text) + "%02x".formatted(options);
    }

    @Test // MQTT-3.8.4-1, -2, -6, MQTT-3.9.3-1
    void answersEachFilterInItsOrder() {
        peer.sendPacket(
                0x82,
                "0007 00",
                filter("a/+", 0),
                filter("b/#/c", 1),
                filter("#", 1),
                filter("c", 2));

        assertThat(peer.receivedHex()).isEqualTo("9007000700" + "008f0102");
        assertThat(peer.asked()).hasSize(3);
    }

    @Test // MQTT 5 §3.8.2.1.2, §3.8.3.1
    void passesTheOptionsOn() {
        peer.sendPacket(0x82, "0007 03 0b8001", filter("a", 0x1d));

        assertThat(peer.receivedHex()).isEqualTo("900400070001");
        assertThat(peer.asked())
                .containsExactly(
                        "subscribe  a "
                                + new FilterOptions(
                                        Qos.AT_LEAST_ONCE,
                                        true,
                                        true,
                                        FilterOptions.Retained.IF_NEW,
                                        128));
    }

    @Test // MQTT-4.8.2-1, -2, MQTT 5 §4.8.2
    void knowsSharedSubscriptions() {
        peer.sendPacket(
                0x82,
                "0001 00",
                filter("$share/g/a/#", 0),
                filter("$share//a", 0),
                filter("$share/g", 0),
                filter("$share/g+/a", 0),
                filter("$share/g/", 0));

        assertThat(peer.receivedHex()).isEqualTo("9008000100" + "008f8f8f8f");
        assertThat(peer.asked()).hasSize(1).first().asString().startsWith("subscribe g a/# ");
    }

    @ParameterizedTest // MQTT-4.7.1-1, -2, MQTT-4.7.3-1, -2
    @ValueSource(strings = {"", "a#", "a/#/b", "a+", "+a/b"})
    void refusesAFilterThatIsNone(String text) {
        peer.sendPacket(0x82, "0001 00", filter(text, 0));

        assertThat(peer.receivedHex()).isEqualTo("90040001008f");
    }

    @ParameterizedTest
    @CsvSource({
        "82 0001 00, 0x82", // no filter: MQTT-3.8.3-2
        "82 0000 00 0001 61 00, 0x82", // packet identifier 0: MQTT-2.2.1-3
        "82 0001 00 0001 61 40, 0x81", // reserved bit: MQTT-3.8.3-5
        "82 0001 00 0001 61 03, 0x82", // QoS 3
        "82 0001 00 0001 61 30, 0x82", // retain handling 3
        "82 0001 02 0b00 0001 61 00, 0x82", // subscription identifier 0
        "82 0001 04 0b01 0b01 0001 61 00, 0x82", // two of them
        "82 0001 00 000a 2473686172652f672f61 04, 0x82", // no local, shared: MQTT-3.8.3-4
        "82 0001 02 0100 0001 61 00, 0x81", // property of another packet
        "82 0001 00 0001 61, 0x81", // no options
        "82 0001 00 0002 c0af 00, 0x81", // not UTF-8: MQTT-3.8.3-1
        "82 0001, 0x81",
        "80 0001 00 0001 61 00, 0x81", // reserved flags: MQTT-3.8.1-1
        "a2 0001 00, 0x82", // no filter: MQTT-3.10.3-2
        "a2 0001 02 0b01 0001 61, 0x81",
        "a0 0001 00 0001 61, 0x81" // reserved flags: MQTT-3.10.1-1
    })
    void disconnectsWhoBreaksARule(String packet, String reason) {
        String bytes = packet.replace(" ", "");

        peer.sendHex(Peer.packet(Integer.parseInt(bytes.substring(0, 2), 16), bytes.substring(2)));

        peer.isDisconnected(Integer.decode(reason));
    }

    @ParameterizedTest // MQTT 5 §3.9.3
    @CsvSource({
        "PERMISSION_DENIED, 87",
        "LIMIT_EXCEEDED, 97",
        "BAD_REQUEST, 8f",
        "INTERNAL, 80",
        "NOT_AVAILABLE, 83"
    })
    void tellsWhyASubscriptionIsRefused(Refusal refusal, String code) {
        peer.clients.refusal = Optional.of(refusal);

        peer.sendPacket(0x82, "0001 00", filter("a", 0));

        assertThat(peer.receivedHex()).isEqualTo("9004000100" + code);
    }

    @Test // 3.1.1: MQTT-3.9.3-2
    void versionThreeKnowsOneFailure() {
        three();

        peer.sendPacket(0x82, "0001", filter("a", 2), filter("a#", 2));

        assertThat(peer.receivedHex()).isEqualTo("900400010280");
    }

    @Test // 3.1.1: MQTT-3-8.3-4
    void versionThreeHasNoOptions() {
        three();

        peer.sendPacket(0x82, "0001", filter("a", 4));

        peer.isClosed();
    }

    @Test
    void refusesTheFiltersBeyondItsLimit() {
        String five = filter("a", 0).repeat(5);

        peer.sendPacket(0x82, "0001 00", five, filter("a", 0));

        assertThat(peer.receivedHex()).isEqualTo("9009000100" + "0000000000" + "97");
    }

    @Test // MQTT 5 §3.9.3
    void tellsThatAPacketIdentifierIsInUse() {
        peer.clients.later = Optional.of(new ArrayList<>());
        peer.sendPacket(0x82, "0001 00", filter("a", 0));

        peer.sendPacket(0x82, "0001 00", filter("b", 0));
        peer.sendPacket(0xa2, "0001 00", Peer.string("b"));

        assertThat(peer.receivedHex()).isEqualTo("900400010091" + "b00400010091");
        peer.clients.answerAll();
        assertThat(peer.receivedHex()).isEqualTo("900400010000");
    }

    @Test // MQTT-3.9.3-1
    void keepsTheOrderWhateverTheOrderOfTheAnswers() {
        peer.clients.later = Optional.of(new ArrayList<>());
        peer.sendPacket(0x82, "0001 00", filter("a", 0), filter("b", 1), filter("c", 2));
        List<Runnable> answers = peer.clients.later.orElseThrow();

        answers.get(2).run();
        answers.get(0).run();
        peer.nothing();
        answers.get(1).run();

        assertThat(peer.receivedHex()).isEqualTo("9006000100" + "000102");
    }

    @Test
    void saysNothingAfterItsGoodBye() {
        peer.clients.later = Optional.of(new ArrayList<>());
        peer.sendPacket(0x82, "0001 00", filter("a", 0));
        peer.sendHex("0000");
        peer.isDisconnected(Reason.MALFORMED_PACKET);

        peer.clients.answerAll();

        peer.nothing();
    }

    @Test // MQTT-3.10.4-4, -5, MQTT-3.11.3-1
    void answersUnsubscribe() {
        peer.sendPacket(0x82, "0001 00", filter("a", 0), filter("$share/g/a", 0));
        peer.receivedHex();

        peer.sendPacket(
                0xa2,
                "0002 00",
                Peer.string("a"),
                Peer.string("b"),
                Peer.string("a#"),
                Peer.string("$share/g/a"));

        assertThat(peer.receivedHex()).isEqualTo("b007000200" + "00118f00");
        peer.clients.publish("a", Publication.of(Payload.text("x")));
        peer.nothing();
    }

    @Test // 3.1.1: MQTT-3.10.4-4
    void versionThreeHasNoReasonsInUnsuback() {
        three();

        peer.sendPacket(0xa2, "0002", Peer.string("a"));

        assertThat(peer.receivedHex()).isEqualTo("b0020002");
    }
}
