// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.client.SessionSpec;
import dev.orion.message.Headers;
import dev.orion.message.Publication;
import dev.orion.message.Qos;
import dev.orion.net.CloseReason;
import dev.orion.realtime.Refusal;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT and CONNACK: MQTT 5 §3.1, §3.2; MQTT 3.1.1 §3.1, §3.2. */
class ConnectTest {

    private static final Connect FIVE = Connect.of(5);
    private static final Connect THREE = Connect.of(4);

    private final FakeClients clients = new FakeClients();
    private final Peer peer = new Peer(Peer.SETTINGS, clients);

    @AfterEach
    void close() {
        peer.close();
    }

    private int reasonOf(Connect connect) {
        MqttConnAckMessage answer = peer.connect(connect);
        int code = answer.variableHeader().connectReturnCode().byteValue() & 0xff;
        if (code != 0) {
            assertThat(answer.variableHeader().isSessionPresent()).isFalse(); // MQTT-3.2.2-6
            peer.isClosed(); // MQTT-3.2.2-7
        }
        return code;
    }

    private static Object property(int id, MqttConnAckMessage answer) {
        MqttProperty<?> found = answer.variableHeader().properties().getProperty(id);
        return found == null ? null : found.value();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void acceptsTheVersion(int version) {
        assertThat(reasonOf(Connect.of(version))).isZero();

        peer.isOpen();
        assertThat(clients.spec.name()).isEqualTo("c1");
        assertThat(clients.spec.client().transport()).isEqualTo("mqtt");
        assertThat(clients.spec.client().user()).isEmpty();
        assertThat(clients.spec.client().roles()).isEmpty();
    }

    @ParameterizedTest // MQTT-3.1.0-1
    @ValueSource(strings = {"c000", "e000", "300400016101", "82060001000161 00"})
    void closesWhereTheFirstPacketIsNoConnect(String packet) {
        peer.sendHex(packet);

        peer.isClosed();
        assertThat(clients.spec).isNull();
    }

    @Test // MQTT-3.1.0-1: the rest of the packet is not waited for
    void closesAtTheFirstByteOfAnotherPacket() {
        peer.sendHex("30ff");

        peer.isClosed();
    }

    @Test // MQTT-3.1.0-2
    void takesASecondConnectForAProtocolError() {
        peer.connect(FIVE);

        peer.sendHex(FIVE.hex());

        peer.isDisconnected(Reason.PROTOCOL_ERROR);
        assertThat(clients.asked).containsExactly("close gone");
    }

    @Test // 3.1.1: MQTT-3.1.0-2
    void closesAtASecondConnectOfVersion3() {
        peer.connect(THREE);

        peer.sendHex(THREE.hex());

        peer.isClosed();
    }

    @Test // MQTT-3.1.2-2
    void refusesAVersionThatIsNotKnown() {
        assertThat(reasonOf(Connect.of(6).protocol("MQTT")))
                .isEqualTo(Reason.UNSUPPORTED_PROTOCOL_VERSION);
    }

    @ParameterizedTest // 3.1.1: MQTT-3.1.2-1, MQTT-3.1.2-2
    @CsvSource({"3,MQTT", "4,MQIsdp", "4,mqtt", "2,MQTT", "4,HTTP"})
    void refusesAProtocolThatIsNotKnown(int level, String name) {
        peer.sendHex(new Connect(level, name, 2, 0, "", "c1", "", "").hex());

        assertThat(peer.receivedHex()).isEqualTo("20020001");
        peer.isClosed();
    }

    @ParameterizedTest // MQTT-3.1.2-3
    @ValueSource(ints = {4, 5})
    void closesAtAReservedFlag(int version) {
        Connect connect = Connect.of(version).flags(0x03);

        if (version == 5) {
            assertThat(reasonOf(connect)).isEqualTo(Reason.MALFORMED_PACKET);
        } else {
            peer.sendHex(connect.hex());
            peer.isClosed();
        }
    }

    @ParameterizedTest // MQTT-3.1.2-11, -12, -13
    @ValueSource(ints = {0x0A, 0x12, 0x22})
    void refusesWillFlagsWithoutAWill(int flags) {
        assertThat(reasonOf(FIVE.flags(flags))).isEqualTo(Reason.MALFORMED_PACKET);
    }

    @Test // MQTT-3.1.2-12
    void refusesAWillOfQos3() {
        assertThat(reasonOf(FIVE.will(0x18, "00 000161 0000"))).isEqualTo(Reason.MALFORMED_PACKET);
    }

    @Test // 3.1.1: MQTT-3.1.2-22
    void closesAtAPasswordWithoutAUserNameInVersion3() {
        peer.sendHex(THREE.login(0x40, "000170").hex());

        peer.isClosed();
    }

    @Test // MQTT 5 §3.1.2.9: version 5 allows it
    void takesAPasswordWithoutAUserNameInVersion5() {
        assertThat(reasonOf(FIVE.login(0x40, "000170"))).isZero();
    }

    @Test // a user name proves nothing, so it gives no rights
    void leavesWhoSaysAUserNameAnonymous() {
        assertThat(reasonOf(FIVE.login(0xC0, "0003616e6e 000170".replace(" ", "")))).isZero();

        assertThat(clients.spec.client().user()).isEmpty();
    }

    @Test
    void givesTheRoleAdminForItsKey() {
        assertThat(reasonOf(FIVE.login(0xC0, "0000" + "00036b6579"))).isZero();

        assertThat(clients.spec.client().roles()).containsExactly("admin");
        assertThat(clients.spec.client().user()).isEmpty();
    }

    @Test // 3.1.1: MQTT-3.1.3-8, MQTT-3.1.3-9
    void refusesAnEmptyClientIdWithAKeptSessionInVersion3() {
        assertThat(reasonOf(THREE.clientId("").flags(0))).isEqualTo(2);
    }

    @Test // 3.1.1: MQTT-3.1.3-6, MQTT-3.1.3-7
    void givesAnIdToACleanClientOfVersion3() {
        assertThat(reasonOf(THREE.clientId(""))).isZero();

        assertThat(clients.spec.name()).isNotEmpty();
    }

    @Test // MQTT-3.1.3-6, MQTT-3.1.3-7, MQTT-3.2.2-16
    void tellsAClientTheIdThatItIsGiven() {
        MqttConnAckMessage answer = peer.connect(FIVE.clientId("").flags(0));

        assertThat(property(MqttProperties.ASSIGNED_CLIENT_IDENTIFIER, answer))
                .isEqualTo(clients.spec.name());
    }

    @Test // MQTT-3.1.3-8
    void refusesAClientIdThatIsTooLong() {
        assertThat(reasonOf(FIVE.clientId("x".repeat(41))))
                .isEqualTo(Reason.CLIENT_IDENTIFIER_NOT_VALID);
    }

    @Test // MQTT-3.1.3-4, MQTT-1.5.4-1
    void refusesAClientIdThatIsNotUtf8() {
        peer.version(5);
        peer.sendHex(FIVE.hex().replace("6331", "c0af"));

        assertThat(peer.receivedHex()).startsWith("20").contains("0081");
        assertThat(peer.server.isActive()).isFalse();
    }

    @Test // MQTT-3.1.2-4, MQTT-3.1.2-5, MQTT-3.2.2-2, MQTT-3.2.2-3
    void saysWhetherTheSessionWasThere() {
        Connect kept = FIVE.flags(0).properties("11 00000064");
        assertThat(peer.connect(kept).variableHeader().isSessionPresent()).isFalse();
        peer.sendHex("e000");

        try (var again = new Peer(Peer.SETTINGS, clients)) {
            assertThat(again.connect(kept).variableHeader().isSessionPresent()).isTrue();
        }
        try (var clean = new Peer(Peer.SETTINGS, clients)) {
            assertThat(clean.connect(FIVE).variableHeader().isSessionPresent()).isFalse();
        }
    }

    @Test // MQTT 5 §3.1.2.11.2
    void passesTheSessionExpiryOn() {
        peer.connect(FIVE.properties("11 00000064"));

        assertThat(clients.spec.expiry()).isEqualTo(Duration.ofSeconds(100));
        assertThat(clients.spec.cleanStart()).isTrue();
    }

    @Test // MQTT 5 §3.2.2.3.2
    void tellsWhereTheSessionExpiryIsShorterThanWished() {
        MqttConnAckMessage answer = peer.connect(FIVE.properties("11 ffffffff"));

        assertThat(clients.spec.expiry()).isEqualTo(Duration.ofDays(1));
        assertThat(property(MqttProperties.SESSION_EXPIRY_INTERVAL, answer)).isEqualTo(86_400);
    }

    @ParameterizedTest // 3.1.1: MQTT-3.1.2-4, -5, -6
    @CsvSource({"2,true,PT0S", "0,false,PT24H"})
    void keepsTheSessionOfVersion3WhereItIsNotClean(int flags, boolean clean, Duration expiry) {
        peer.connect(THREE.flags(flags));

        assertThat(clients.spec.cleanStart()).isEqualTo(clean);
        assertThat(clients.spec.expiry()).isEqualTo(expiry);
    }

    @Test
    void sessionsMayLiveForEverWhereThatIsConfigured() {
        var s = Peer.SETTINGS;
        var settings =
                new Settings(
                        s.connectTimeout(),
                        0,
                        SessionSpec.NEVER,
                        s.receiveMaximum(),
                        s.maxInFlight(),
                        s.maxPacketBytes(),
                        s.topicAliasMaximum(),
                        s.maxClientIdBytes(),
                        s.maxFilters(),
                        s.maxUserProperties());
        try (var other = new Peer(settings, clients)) {
            MqttConnAckMessage answer = other.connect(FIVE.properties("11 ffffffff"));

            assertThat(clients.spec.expiry()).isEqualTo(SessionSpec.NEVER);
            assertThat(property(MqttProperties.SESSION_EXPIRY_INTERVAL, answer)).isNull();
        }
    }

    @Test // MQTT 5 §3.2.2.3
    void tellsItsLimits() {
        MqttConnAckMessage answer = peer.connect(FIVE.keepAlive(10));

        assertThat(property(MqttProperties.RECEIVE_MAXIMUM, answer)).isEqualTo(4);
        assertThat(property(MqttProperties.MAXIMUM_PACKET_SIZE, answer)).isEqualTo(2048);
        assertThat(property(MqttProperties.TOPIC_ALIAS_MAXIMUM, answer)).isEqualTo(3);
        assertThat(property(MqttProperties.RETAIN_AVAILABLE, answer)).isEqualTo(1);
        assertThat(property(MqttProperties.WILDCARD_SUBSCRIPTION_AVAILABLE, answer)).isEqualTo(1);
        assertThat(property(MqttProperties.SUBSCRIPTION_IDENTIFIER_AVAILABLE, answer)).isEqualTo(1);
        assertThat(property(MqttProperties.SHARED_SUBSCRIPTION_AVAILABLE, answer)).isEqualTo(1);
        assertThat(property(MqttProperties.MAXIMUM_QOS, answer)).isNull();
        assertThat(property(MqttProperties.ASSIGNED_CLIENT_IDENTIFIER, answer)).isNull();
        assertThat(property(MqttProperties.SERVER_KEEP_ALIVE, answer)).isNull();
        assertThat(property(MqttProperties.SESSION_EXPIRY_INTERVAL, answer)).isNull();
    }

    @ParameterizedTest // MQTT-3.1.2-21
    @CsvSource({"0,600", "601,600", "600,", "10,"})
    void tellsItsOwnKeepAlive(int wish, Integer told) {
        MqttConnAckMessage answer = peer.connect(FIVE.keepAlive(wish));

        assertThat(property(MqttProperties.SERVER_KEEP_ALIVE, answer)).isEqualTo(told);
    }

    @ParameterizedTest // MQTT 5 §3.1.2.11
    @ValueSource(
            strings = {
                "21 0000", // receive maximum 0
                "27 00000000", // maximum packet size 0
                "19 02", // neither 0 nor 1
                "17 02",
                "11 00000001 11 00000001", // twice
                "21 0001 21 0001",
                "16 0001 00" // authentication data without a method
            })
    void takesForAProtocolError(String properties) {
        assertThat(reasonOf(FIVE.properties(properties))).isEqualTo(Reason.PROTOCOL_ERROR);
    }

    @ParameterizedTest // MQTT 5 §2.2.2.2
    @ValueSource(strings = {"01 00", "0b 01", "23 0001", "7f 00", "1f 0000", "11 0000", "22 00"})
    void takesForMalformed(String properties) {
        assertThat(reasonOf(FIVE.properties(properties))).isEqualTo(Reason.MALFORMED_PACKET);
    }

    @Test // MQTT-4.12.0-1
    void refusesEnhancedAuthentication() {
        assertThat(reasonOf(FIVE.properties("15 0005 534352414d")))
                .isEqualTo(Reason.BAD_AUTHENTICATION_METHOD);
    }

    @Test
    void refusesMoreUserPropertiesThanItTakes() {
        assertThat(reasonOf(FIVE.properties("26 0000 0000".repeat(7))))
                .isEqualTo(Reason.QUOTA_EXCEEDED);
    }

    @ParameterizedTest // MQTT-3.3.4-9, MQTT 5 §3.1.2.11.3
    @CsvSource({"21 0007,7", "21 ffff,100", "'',100"})
    void takesTheWindowOfTheClient(String properties, int window) {
        peer.connect(FIVE.properties(properties));

        assertThat(clients.spec.window()).isEqualTo(window);
    }

    @Test // MQTT-3.1.2-7, MQTT-3.1.2-9, MQTT 5 §3.1.3.2
    void readsAWill() {
        String properties =
                "01 01 02 0000003c 03 0001 74 08 0001 72 09 0002 6364 18 00000005 26 0001 6b 0001"
                        + " 76";
        String bytes = properties.replace(" ", "");
        String will = "%02x".formatted(bytes.length() / 2) + bytes + "0001 77" + "0002 6869";

        peer.connect(FIVE.will(0x30, will));

        var found = clients.spec.will().orElseThrow();
        Publication publication = found.publication();
        assertThat(found.channel()).isEqualTo("w");
        assertThat(found.delay()).isEqualTo(Duration.ofSeconds(5));
        assertThat(publication.qos()).isEqualTo(Qos.EXACTLY_ONCE);
        assertThat(publication.retain()).isTrue();
        assertThat(publication.declaredText()).isTrue();
        assertThat(publication.expiry()).contains(Duration.ofMinutes(1));
        assertThat(publication.payload().text()).isEqualTo("hi");
        assertThat(publication.payload().contentType()).isEqualTo("t");
        assertThat(publication.replyTo().orElseThrow().channel()).isEqualTo("r");
        assertThat(publication.replyTo().orElseThrow().correlation().text()).isEqualTo("cd");
        assertThat(publication.headers())
                .isEqualTo(Headers.of(List.of(new Headers.Header("k", "v"))));
    }

    @Test
    void readsAWillOfVersion3() {
        peer.connect(THREE.will(0x08, "0001 77 0000"));

        var will = clients.spec.will().orElseThrow();
        assertThat(will.publication().qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(will.publication().payload().length()).isZero();
        assertThat(will.delay()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "00 0003 612f23 0000, 0x90", // wildcard
        "00 0000 0000, 0x90", // no topic
        "02 0101 0001 77 0001 ff, 0x99", // not the text that it is said to be
        "05 0b 00 00 00 00 0001 77 0000, 0x81", // a property that no will has
        "04 0101 0101 0001 77 0000, 0x82" // one twice
    })
    void refusesAWill(String will, String reason) {
        assertThat(reasonOf(FIVE.will(0, will))).isEqualTo(Integer.decode(reason));
    }

    @ParameterizedTest
    @CsvSource({
        "LIMIT_EXCEEDED, 0x97, 3",
        "INTERNAL, 0x80, 3",
        "PERMISSION_DENIED, 0x87, 5",
        "NOT_AVAILABLE, 0x88, 3"
    })
    void tellsWhyThereIsNoSession(Refusal refusal, String five, int three) {
        clients.openRefusal = Optional.of(refusal);

        assertThat(reasonOf(FIVE)).isEqualTo(Integer.decode(five));
        try (var other = new Peer(Peer.SETTINGS, clients)) {
            MqttConnAckMessage answer = other.connect(THREE);
            assertThat(answer.variableHeader().connectReturnCode().byteValue())
                    .isEqualTo((byte) three);
            other.isClosed();
        }
    }

    @Test // MQTT-3.1.4-6: what comes before the CONNACK waits for it
    void readsNothingMoreUntilTheSessionIsOpen() {
        clients.later = Optional.of(new ArrayList<>());
        peer.version(5);
        peer.sendHex(FIVE.hex() + "c000");
        peer.nothing();
        List<Runnable> opening = clients.later.orElseThrow();
        clients.later = Optional.empty();

        opening.forEach(Runnable::run);

        assertThat(peer.receivedHex()).startsWith("20").endsWith("d000");
    }

    @Test
    void closesASessionThatOpensTooLate() {
        clients.later = Optional.of(new ArrayList<>());
        peer.sendHex(FIVE.hex());

        peer.server.close();
        clients.answerAll();

        assertThat(clients.asked).containsExactly("close goodbye");
    }

    @Test // MQTT 5 §3.1.4
    void closesWhereNoConnectComesInTime() {
        peer.pass(Duration.ofMillis(9_500));
        peer.isOpen();

        peer.pass(Duration.ofSeconds(1));

        peer.isClosed();
        assertThat(peer.reason()).isEqualTo(CloseReason.STALE);
    }

    @Test // half a packet is no packet
    void closesWhereHalfAConnectComesInTime() {
        peer.sendHex("1010");

        peer.pass(Duration.ofSeconds(11));

        peer.isClosed();
    }
}
