// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.message.Headers;
import dev.orion.message.Publication;
import dev.orion.message.Qos;
import dev.orion.realtime.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients publish: MQTT 5 §3.3 to §3.7, §4.3, §4.6; MQTT 3.1.1 likewise. */
class PublishTest {

    private Peer peer = Peer.connected(5);

    @AfterEach
    void close() {
        peer.close();
    }

    private void three() {
        peer.close();
        peer = Peer.connected(4);
    }

    private Publication published() {
        return peer.clients.published.get(peer.clients.published.size() - 1);
    }

    private static String publish(int firstByte, String topic, int id, String rest) {
        String idPart = (firstByte & 6) == 0 ? "" : "%04x".formatted(id);
        return Peer.packet(firstByte, Peer.string(topic) + idPart + rest.replace(" ", ""));
    }

    @Test // MQTT-4.3.1-1
    void publishesQos0WithoutAnAnswer() {
        peer.sendHex(publish(0x30, "a/b", 0, "00 6869"));

        peer.nothing();
        assertThat(peer.asked()).containsExactly("publish a/b AT_MOST_ONCE hi");
        assertThat(published().retain()).isFalse();
        assertThat(published().payload().contentType()).isEmpty();
    }

    @Test // MQTT-4.3.2-4
    void acknowledgesQos1() {
        peer.sendHex(publish(0x32, "a/b", 7, "00 6869"));

        assertThat(peer.receivedHex()).isEqualTo("40020007");
        assertThat(published().qos()).isEqualTo(Qos.AT_LEAST_ONCE);
    }

    @Test // MQTT-4.3.3-8 to -11
    void publishesQos2Once() {
        peer.sendHex(publish(0x34, "a/b", 7, "00 6869"));
        assertThat(peer.receivedHex()).isEqualTo("50020007");
        peer.sendHex(publish(0x3c, "a/b", 7, "00 6869"));
        assertThat(peer.receivedHex()).isEqualTo("50020007");

        peer.sendHex("62020007");

        assertThat(peer.receivedHex()).isEqualTo("70020007");
        assertThat(peer.asked()).containsExactly("publish a/b EXACTLY_ONCE hi", "released 7");
    }

    @Test // MQTT 5 §3.7.2.1
    void saysThatItDoesNotKnowWhatIsReleased() {
        peer.sendHex("62020009");

        assertThat(peer.receivedHex()).isEqualTo("7003000992");
    }

    @Test
    void versionThreeHasNoReasons() {
        three();

        peer.sendHex("62020009" + publish(0x32, "a", 1, "6869"));

        assertThat(peer.receivedHex()).isEqualTo("70020009" + "40020001");
    }

    @Test // MQTT-3.3.1-5, MQTT 5 §3.3.2.3
    void keepsWhatTravelsWithThePayload() {
        String properties =
                "01 01 02 0000000a 03 0001 74 08 0001 72 09 0001 63"
                        + "26 0001 6b 0001 76 26 0001 6b 0001 77";
        String bytes = properties.replace(" ", "");

        peer.sendHex(publish(0x31, "a", 0, "%02x".formatted(bytes.length() / 2) + bytes + "6869"));

        Publication it = published();
        assertThat(it.retain()).isTrue();
        assertThat(it.declaredText()).isTrue();
        assertThat(it.expiry()).contains(Duration.ofSeconds(10));
        assertThat(it.payload().contentType()).isEqualTo("t");
        assertThat(it.replyTo().orElseThrow().channel()).isEqualTo("r");
        assertThat(it.replyTo().orElseThrow().correlation().text()).isEqualTo("c");
        assertThat(it.headers())
                .containsExactly(new Headers.Header("k", "v"), new Headers.Header("k", "w"));
    }

    @ParameterizedTest
    @CsvSource({
        "36 0001 61 0001 00, 0x81", // QoS 3: MQTT-3.3.1-4
        "38 0001 61 00, 0x81", // DUP with QoS 0: MQTT-3.3.1-2
        "32 0001 61 0000 00, 0x82", // packet identifier 0: MQTT-2.2.1-3
        "30 0003 612f23 00, 0x81", // wildcard: MQTT-3.3.2-2
        "30 0002 612b 00, 0x81",
        "30 0000 00, 0x82", // neither topic nor alias
        "30 0001 00 00, 0x81", // U+0000: MQTT-1.5.4-2
        "30 0003 eda080 00, 0x81", // half a pair: MQTT-1.5.4-1
        "30 0002 c0af 00, 0x81",
        "30 0009 61 00, 0x81", // longer than the packet
        "30 0001 61 05 0101, 0x81", // properties longer than the packet
        "30 0001 61 80808001 00, 0x81",
        "30 0001 61 8000, 0x81", // needless bytes: MQTT-1.5.5-1
        "30 0001 61 01 01 01, 0x81", // property longer than the properties
        "30 0001 61 02 0102, 0x82", // neither 0 nor 1
        "30 0001 61 04 0101 0101, 0x82", // twice
        "30 0001 61 02 0b01, 0x82", // subscription identifier: MQTT-3.3.4-6
        "30 0001 61 05 11 00000001, 0x81", // of another packet
        "30 0001 61 06 08 0003 612f23, 0x81", // wildcard in the response topic: MQTT-3.3.2-14
        "30 0001 61 03 23 0000, 0x94", // alias 0: MQTT-3.3.2-8
        "30 0001 61 03 23 0004, 0x94", // alias too high: MQTT-3.3.2-9
        "30 0000 03 23 0001, 0x82", // alias not known
        "30 0001 61 02 0101 ff, 0x99", // not the text that it is said to be
        "30, 0x81"
    })
    void disconnectsWhoBreaksARule(String packet, String reason) {
        String bytes = packet.replace(" ", "");

        peer.sendHex(Peer.packet(Integer.parseInt(bytes.substring(0, 2), 16), bytes.substring(2)));

        peer.isDisconnected(Integer.decode(reason));
        assertThat(peer.asked()).containsExactly("close gone");
    }

    @ParameterizedTest // 3.1.1: MQTT-4.8.0-1
    @ValueSource(strings = {"36 0001 61 0001", "30 0000", "30 0003 612f23", "32 0001 61 0000"})
    void closesOnVersionThreeThatBreaksARule(String packet) {
        three();
        String bytes = packet.replace(" ", "");

        peer.sendHex(Peer.packet(Integer.parseInt(bytes.substring(0, 2), 16), bytes.substring(2)));

        peer.isClosed();
    }

    @Test // MQTT-3.3.2-12, MQTT 5 §3.3.2.3.4
    void knowsATopicByItsAlias() {
        peer.sendHex(publish(0x30, "a", 0, "03 23 0003 31"));
        peer.sendHex(publish(0x30, "", 0, "03 23 0003 32"));
        peer.sendHex(publish(0x30, "b", 0, "03 23 0003 33"));
        peer.sendHex(publish(0x30, "", 0, "03 23 0003 34"));

        assertThat(peer.asked())
                .containsExactly(
                        "publish a AT_MOST_ONCE 1",
                        "publish a AT_MOST_ONCE 2",
                        "publish b AT_MOST_ONCE 3",
                        "publish b AT_MOST_ONCE 4");
    }

    @ParameterizedTest // MQTT 5 §3.4.2.1, §3.5.2.1
    @CsvSource({
        "PERMISSION_DENIED, 87",
        "LIMIT_EXCEEDED, 97",
        "TOO_MANY_REQUESTS, 97",
        "BAD_REQUEST, 90",
        "INTERNAL, 80",
        "NOT_AVAILABLE, 83"
    })
    void tellsWhyAPublicationIsRefused(Refusal refusal, String code) {
        peer.clients.refusal = Optional.of(refusal);

        peer.sendHex(publish(0x32, "a", 1, "00") + publish(0x34, "a", 2, "00"));

        assertThat(peer.receivedHex()).isEqualTo("40030001" + code + "50030002" + code);
        peer.isOpen();
    }

    @Test
    void tellsThatATopicIsNoChannel() {
        peer.sendHex(publish(0x32, "a".repeat(256), 1, "00"));

        assertThat(peer.receivedHex()).isEqualTo("4003000190");
    }

    @Test // MQTT 5 §3.3.2.3.2
    void tellsThatAPayloadIsNotTheTextItIsSaidToBe() {
        peer.sendHex(publish(0x32, "a", 1, "02 0101 ff") + publish(0x34, "a", 2, "02 0101 ff"));

        assertThat(peer.receivedHex()).isEqualTo("4003000199" + "5003000299");
        assertThat(peer.asked()).isEmpty();
    }

    @ParameterizedTest // 3.1.1: MQTT-3.3.5-2
    @CsvSource({
        "PERMISSION_DENIED, true",
        "BAD_REQUEST, true",
        "LIMIT_EXCEEDED, false",
        "TOO_MANY_REQUESTS, false",
        "INTERNAL, false"
    })
    void versionThreeIsToldOfARefusalByAnAnswerOrByTheEnd(Refusal refusal, boolean isAnswered) {
        three();
        peer.clients.refusal = Optional.of(refusal);

        peer.sendHex(publish(0x32, "a", 1, ""));

        assertThat(peer.receivedHex()).isEqualTo(isAnswered ? "40020001" : "");
        assertThat(peer.server.isActive()).isEqualTo(isAnswered);
    }

    @Test // MQTT-4.6.0-2, MQTT-4.6.0-3
    void acknowledgesInTheOrderOfThePublications() {
        peer.clients.later = Optional.of(new ArrayList<>());
        peer.sendHex(publish(0x32, "a", 1, "00"));
        peer.sendHex(publish(0x34, "a", 2, "00"));
        peer.sendHex(publish(0x32, "a", 3, "00"));
        List<Runnable> answers = peer.clients.later.orElseThrow();

        answers.get(2).run();
        answers.get(1).run();
        peer.nothing();
        answers.get(0).run();

        assertThat(peer.receivedHex()).isEqualTo("40020001" + "50020002" + "40020003");
    }

    @Test // MQTT-3.3.4-7, MQTT 5 §3.3.4
    void disconnectsWhoExceedsTheReceiveMaximum() {
        peer.clients.later = Optional.of(new ArrayList<>());
        for (int id = 1; id <= 4; id++) {
            peer.sendHex(publish(0x32, "a", id, "00"));
        }
        peer.isOpen();

        peer.sendHex(publish(0x32, "a", 5, "00"));

        peer.isDisconnected(Reason.RECEIVE_MAXIMUM_EXCEEDED);
        peer.clients.answerAll(); // too late for anybody
    }

    @Test // MQTT 5 §4.9: until the PUBCOMP
    void countsWhatIsNotReleased() {
        for (int id = 1; id <= 4; id++) {
            peer.sendHex(publish(0x34, "a", id, "00"));
        }
        peer.sendHex("62020001" + publish(0x34, "a", 5, "00") + publish(0x3c, "a", 5, "00"));
        peer.receivedHex();
        peer.isOpen();

        peer.sendHex(publish(0x34, "a", 6, "00"));

        peer.isDisconnected(Reason.RECEIVE_MAXIMUM_EXCEEDED);
    }

    @Test // nobody has told it of a receive maximum
    void readsNothingMoreFromVersionThreeWhileTooMuchWaits() {
        three();
        peer.clients.later = Optional.of(new ArrayList<>());
        var all = new StringBuilder();
        for (int id = 1; id <= 6; id++) {
            all.append(publish(0x32, "a", id, ""));
        }
        peer.sendHex(all.toString());
        assertThat(peer.clients.later.orElseThrow()).hasSize(4);

        peer.clients.answerAll();
        peer.server.runPendingTasks();

        assertThat(peer.clients.later.orElseThrow()).hasSize(2);
        peer.clients.answerAll();
        assertThat(peer.receivedHex()).hasSize(6 * 8).endsWith("40020006");
    }

    @Test // MQTT-3.1.2-25
    void disconnectsWhoSendsTooLargeAPacketBeforeItHasCome() {
        peer.sendHex("30 ff0f");

        peer.isDisconnected(Reason.PACKET_TOO_LARGE);
    }

    @Test
    void takesAPacketOfTheLargestSize() {
        int payload = 2048 - 3 - 4;

        peer.sendHex(publish(0x30, "a", 0, "00" + "61".repeat(payload)));

        peer.isOpen();
        assertThat(published().payload().length()).isEqualTo(payload);
    }

    @Test
    void disconnectsWhoHasTooManyUserProperties() {
        peer.sendHex(publish(0x30, "a", 0, "23" + "2600000000".repeat(7)));

        peer.isDisconnected(Reason.QUOTA_EXCEEDED);
    }

    @Test // packets come in pieces, and many at once
    void doesNotCareHowPacketsAreCut() {
        String all = publish(0x32, "a", 1, "00 31") + "c000" + publish(0x32, "b", 2, "00 32");
        for (int i = 0; i < all.length(); i += 2) {
            peer.sendHex(all.substring(i, i + 2));
        }
        peer.sendHex(all);

        String answers = "40020001" + "d000" + "40020002";
        assertThat(peer.receivedHex()).isEqualTo(answers + answers);
    }
}
