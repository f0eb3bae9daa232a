// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.CloseReason;
import dev.orion.protocol.GoAway;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** PINGREQ, keep alive, DISCONNECT, AUTH, and every other end: MQTT 5 §3.12 to §3.15, §4.13. */
class LifeTest {

    private Peer peer = Peer.connected(5);

    @AfterEach
    void close() {
        peer.close();
    }

    private void connect(Connect connect) {
        peer.close();
        peer = new Peer();
        peer.connect(connect);
    }

    @Test // MQTT-3.12.4-1
    void answersAPing() {
        peer.sendHex("c000c000");

        assertThat(peer.receivedHex()).isEqualTo("d000d000");
    }

    @Test // MQTT-3.1.2-22
    void disconnectsWhoIsSilentForOneAndAHalfKeepAlives() {
        connect(Connect.of(5).keepAlive(10));
        peer.pass(Duration.ofSeconds(14));
        peer.sendHex("c000");
        peer.receivedHex();
        peer.pass(Duration.ofSeconds(14));
        peer.isOpen();

        peer.pass(Duration.ofSeconds(2));

        peer.isDisconnected(Reason.KEEP_ALIVE_TIMEOUT);
        assertThat(peer.reason()).isEqualTo(CloseReason.NO_PONG);
        assertThat(peer.asked()).containsExactly("close gone");
    }

    @Test // MQTT-3.1.2-22: packets count, not bytes
    void disconnectsWhoOnlyDrips() {
        connect(Connect.of(4).keepAlive(2));
        peer.sendHex("30 7f");
        for (int i = 0; i < 8; i++) {
            peer.pass(Duration.ofMillis(500));
            if (peer.server.isActive()) {
                peer.sendHex("00");
            }
        }

        peer.isClosed();
    }

    @Test // 3.1.1 §3.1.2.10: 0 turns it off
    void waitsForeverWithoutKeepAlive() {
        connect(Connect.of(4));

        peer.pass(Duration.ofMinutes(30));

        peer.isOpen();
    }

    @ParameterizedTest // MQTT-3.14.4-1, -3, MQTT-3.1.2-8, -10
    @CsvSource({
        "e000, close goodbye",
        "e00100, close goodbye",
        "e0020000, close goodbye",
        "e00104, close gone",
        "e00180, close gone"
    })
    void leavesWhenThePeerSaysSo(String packet, String asked) {
        peer.sendHex(packet + "c000");

        peer.isClosed();
        assertThat(peer.asked()).containsExactly(asked);
        assertThat(peer.reason()).isEqualTo(CloseReason.CONNECTION_CLOSED);
    }

    @Test // MQTT 5 §3.14.2.2.2
    void takesAnotherSessionExpiryWithTheGoodbye() {
        connect(Connect.of(5).properties("11 00000001"));

        peer.sendHex("e007000511 00000064");

        assertThat(peer.asked()).containsExactly("close goodbye PT1M40S");
    }

    @Test // MQTT-3.14.2-2
    void takesAnExpiryAfterNoneForAProtocolError() {
        peer.sendHex("e007000511 00000064");

        peer.isDisconnected(Reason.PROTOCOL_ERROR);
        assertThat(peer.asked()).containsExactly("close gone");
    }

    @ParameterizedTest
    @CsvSource({
        "e0020001, 0x81", // properties longer than the packet
        "e003000000, 0x81", // something after the end
        "e007000521 00000064, 0x81", // property of another packet
        "e000, 0x00",
        "c00100, 0x81", // MQTT 5 §3.12
        "c100, 0x81", // reserved flags: MQTT-2.1.3-1
        "60020001, 0x81", // MQTT-3.6.1-1
        "f000, 0x82", // MQTT-4.12.0-7
        "f00118, 0x82",
        "0000, 0x81",
        "20020000, 0x82", // packets of a server
        "9003000100, 0x82",
        "b003000100, 0x82",
        "d000, 0x82",
        "40020000, 0x82", // packet identifier 0
        "400100, 0x81",
        "4005000100 01 26, 0x81",
        "4007000100 03 11 0000, 0x81",
        "3080808080 01, 0x81", // remaining length of five bytes
        "c08000, 0x81", // needless bytes: MQTT-1.5.5-1
        "3080808001, 0x95"
    })
    void disconnectsWhoBreaksARule(String packet, String reason) {
        peer.sendHex(packet);

        int code = Integer.decode(reason);
        if (code == 0) {
            peer.isClosed();
        } else {
            peer.isDisconnected(code);
            assertThat(peer.asked()).containsExactly("close gone");
        }
    }

    @ParameterizedTest // 3.1.1: MQTT-4.8.0-1, MQTT-2.2.2-2, MQTT-3.14.1-1
    @CsvSource({"e00100", "c100", "f000", "0000", "d000", "4003000100"})
    void closesOnVersionThreeThatBreaksARule(String packet) {
        connect(Connect.of(4));

        peer.sendHex(packet);

        peer.isClosed();
        assertThat(peer.asked()).containsExactly("close gone");
    }

    static Stream<Arguments> reasons() {
        return Stream.of(
                Arguments.of(CloseReason.TAKEN_OVER, 0x8E),
                Arguments.of(CloseReason.SHUTDOWN, 0x8B),
                Arguments.of(CloseReason.SLOW, 0x97),
                Arguments.of(CloseReason.NO_PONG, 0x8D),
                Arguments.of(CloseReason.FORCE_DISCONNECT, 0x98),
                Arguments.of(CloseReason.TOO_MANY_REQUESTS, 0x96),
                Arguments.of(CloseReason.CHANNEL_LIMIT, 0x97),
                Arguments.of(CloseReason.INVALID_TOKEN, 0x87),
                Arguments.of(CloseReason.BAD_REQUEST, 0x82),
                Arguments.of(CloseReason.INTERNAL_ERROR, 0x80),
                Arguments.of(new CloseReason(4000, "mine"), 0x80));
    }

    @ParameterizedTest // MQTT 5 §3.14.2.1
    @MethodSource("reasons")
    void saysWhyTheServerEndsIt(CloseReason reason, int code) {
        peer.clients.outlet.disconnect(reason);

        peer.isDisconnected(code);
        assertThat(peer.reason()).isEqualTo(reason);
    }

    @Test
    void saysThatTheServerGoes() {
        peer.server.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));

        peer.isDisconnected(Reason.SERVER_SHUTTING_DOWN);
    }

    @Test
    void versionThreeIsClosedWithoutAWord() {
        connect(Connect.of(4));

        peer.server.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));

        peer.isClosed();
        assertThat(peer.asked()).containsExactly("close gone");
    }

    @Test // MQTT-3.14.2-3
    void leavesTheWordsOutWhereThePeerTakesNoLongPacket() {
        connect(Connect.of(5).properties("27 00000008"));

        peer.clients.outlet.disconnect(CloseReason.SHUTDOWN);

        assertThat(peer.receivedHex()).isEqualTo("e0018b");
    }

    @Test // MQTT-3.1.4-3
    void endsTheConnectionWhoseSessionAnotherOneTakes() {
        try (var other = new Peer(Peer.SETTINGS, peer.clients)) {
            other.connect(Connect.of(5));

            peer.isDisconnected(Reason.SESSION_TAKEN_OVER);
            other.isOpen();
        }
    }

    @Test // MQTT-3.1.2-8
    void leavesItsWillWhenTheConnectionBreaks() {
        peer.server.close();

        assertThat(peer.asked()).containsExactly("close gone");
    }
}
