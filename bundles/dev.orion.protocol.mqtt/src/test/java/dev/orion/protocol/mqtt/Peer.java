// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.access.ServerKeys;
import dev.orion.net.CloseReason;
import dev.orion.testkit.TestConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.AttributeKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A client at the other end of an embedded connection, which speaks with Netty's codec. */
final class Peer implements AutoCloseable {

    /** As configured when nothing is, but smaller. */
    static final Settings SETTINGS =
            new Settings(
                    Duration.ofSeconds(10), 600, Duration.ofDays(1), 4, 100, 2048, 3, 40, 5, 6);

    private static final ServerKeys KEYS =
            new ServerKeys() {
                @Override
                public boolean opensApi(String candidate) {
                    return false;
                }

                @Override
                public boolean opensAdmin(String candidate) {
                    return candidate.equals("key");
                }
            };

    final FakeClients clients;
    final EmbeddedChannel server = new EmbeddedChannel();
    final TestConnection connection = new TestConnection(server, "mqtt");

    private final EmbeddedChannel codec =
            new EmbeddedChannel(MqttEncoder.INSTANCE, new MqttDecoder(1 << 20));

    Peer() {
        this(SETTINGS, new FakeClients());
    }

    Peer(Settings settings, FakeClients clients) {
        this.clients = clients;
        server.freezeTime();
        var protocol = new MqttProtocol(clients, settings);
        protocol.keys = KEYS;
        protocol.serve(connection);
    }

    /** A client that is connected with the version. */
    static Peer connected(int version) {
        return connected(version, SETTINGS);
    }

    static Peer connected(int version, Settings settings) {
        var peer = new Peer(settings, new FakeClients());
        peer.connect(Connect.of(version));
        return peer;
    }

    /** Connects and takes the CONNACK. */
    MqttConnAckMessage connect(Connect connect) {
        sendHex(connect.hex());
        version(connect.version());
        MqttMessage answer = next();
        assertThat(answer.fixedHeader().messageType()).isEqualTo(MqttMessageType.CONNACK);
        return (MqttConnAckMessage) answer;
    }

    /** What Netty's codec takes the connection for. */
    void version(int version) {
        MqttVersion known =
                version >= 5
                        ? MqttVersion.MQTT_5
                        : version == 3 ? MqttVersion.MQTT_3_1 : MqttVersion.MQTT_3_1_1;
        codec.attr(AttributeKey.<MqttVersion>valueOf("NETTY_CODEC_MQTT_VERSION")).set(known);
    }

    void send(MqttMessage message) {
        codec.writeOutbound(message);
        ByteBuf bytes = codec.readOutbound();
        server.writeInbound(bytes);
    }

    /** Sends bytes as they are; blanks do not count. */
    void sendHex(String hex) {
        server.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    /** Sends a packet with its length. */
    void sendPacket(int firstByte, String... parts) {
        String body = String.join("", parts).replace(" ", "");
        sendHex(packet(firstByte, body));
    }

    static String packet(int firstByte, String body) {
        ByteBuf head = Unpooled.buffer();
        head.writeByte(firstByte);
        VarInt.write(body.replace(" ", "").length() / 2, head);
        return ByteBufUtil.hexDump(head) + body;
    }

    /** A string of the standard: its length and its bytes. */
    static String string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return "%04x".formatted(bytes.length) + HexFormat.of().formatHex(bytes);
    }

    static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes of all that has come since the last call. */
    String receivedHex() {
        server.runPendingTasks();
        var hex = new StringBuilder();
        ByteBuf bytes = server.readOutbound();
        while (bytes != null) {
            hex.append(ByteBufUtil.hexDump(bytes));
            bytes.release();
            bytes = server.readOutbound();
        }
        return hex.toString();
    }

    /** The next packet; fails when there is none. */
    MqttMessage next() {
        MqttMessage next = poll().orElse(null);
        assertThat(next).as("next packet").isNotNull();
        assertThat(next.decoderResult().isSuccess()).as("%s", next.decoderResult()).isTrue();
        return next;
    }

    /** The next packet, if there is one. */
    Optional<MqttMessage> poll() {
        server.runPendingTasks();
        ByteBuf bytes = server.readOutbound();
        while (bytes != null) {
            codec.writeInbound(bytes);
            bytes = server.readOutbound();
        }
        return Optional.ofNullable(codec.readInbound());
    }

    /** The text of the next packet, which is a PUBLISH. */
    String nextPublish() {
        return nextPublish(packet -> {});
    }

    String nextPublish(Consumer<MqttPublishMessage> look) {
        var packet = (MqttPublishMessage) next();
        try {
            look.accept(packet);
            return packet.payload().toString(StandardCharsets.UTF_8);
        } finally {
            packet.release();
        }
    }

    /** Asserts that there is nothing to read. */
    void nothing() {
        assertThat(poll()).isEmpty();
    }

    /** Asserts that the server says why it leaves, and leaves. */
    void isDisconnected(int reason) {
        MqttMessage last = next();
        assertThat(last.fixedHeader().messageType()).isEqualTo(MqttMessageType.DISCONNECT);
        var head = (MqttReasonCodeAndPropertiesVariableHeader) last.variableHeader();
        assertThat(head.reasonCode() & 0xff).isEqualTo(reason);
        isClosed();
    }

    /** Asserts that the server leaves without a word. */
    void isClosed() {
        nothing();
        assertThat(server.isActive()).isFalse();
        assertThat(connection.closeReason()).isPresent();
    }

    void isOpen() {
        assertThat(server.isActive()).isTrue();
    }

    CloseReason reason() {
        return connection.closeReason().orElseThrow();
    }

    void pass(Duration time) {
        for (long ms = 0; ms < time.toMillis(); ms += 250) {
            server.advanceTimeBy(250, TimeUnit.MILLISECONDS);
            server.runScheduledPendingTasks();
        }
    }

    List<String> asked() {
        List<String> all = new ArrayList<>(clients.asked);
        clients.asked.clear();
        return all;
    }

    @Override
    public void close() {
        server.finishAndReleaseAll();
        codec.finishAndReleaseAll();
    }
}
