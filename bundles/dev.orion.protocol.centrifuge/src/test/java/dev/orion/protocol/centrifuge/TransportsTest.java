// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.CloseReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TransportsTest {

    private static final Pattern SESSION =
            Pattern.compile("\"session\":\"([A-Za-z0-9_-]{32})\",\"node\":\"([0-9a-f-]{36})\"");

    private final FakeClients clients = new FakeClients();
    private final Node node = new Node();
    private final CentrifugeProtocol protocol =
            new CentrifugeProtocol(clients, node, CommandsTest.SETTINGS);

    @Test
    void saysGoodbyeWhereTheWireHasNoCloseCodes() {
        try (var peer = Peer.terminal(protocol)) {
            peer.connected();

            assertThat(peer.ask("{\"id\":2,\"ping\":{}}\nnonsense"))
                    .containsExactly(
                            "{\"id\":2,\"ping\":{}}",
                            "{\"push\":{\"disconnect\":{\"code\":3501,\"reason\":\"bad"
                                    + " request\"}}}");
            assertThat(peer.closedWith).containsExactly(CloseReason.BAD_REQUEST);
        }
    }

    @Test
    void expectsNoPongsFromATerminal() {
        try (var peer = Peer.terminal(protocol)) {
            assertThat(peer.ask("{\"id\":1,\"connect\":{}}"))
                    .containsExactly("{\"id\":1,\"connect\":{\"client\":\"c1\",\"ping\":25}}");

            assertThat(peer.ask("{}")).isEmpty();
            assertThat(peer.isClosed()).isFalse();
        }
    }

    @Test
    void givesAnEmulatedClientASecret() {
        try (var peer = Peer.emulated(protocol)) {
            String reply = peer.ask("{\"id\":1,\"connect\":{}}").get(0);

            Matcher secret = SESSION.matcher(reply);
            assertThat(secret.find()).isTrue();
            assertThat(secret.group(2)).isEqualTo(node.id());
        }
    }

    @Test
    void takesCommandsThatComeByOtherConnections() {
        try (var peer = Peer.emulated(protocol)) {
            String session = session(peer);

            assertThat(emulate(session, "{\"id\":2,\"publish\":{\"channel\":\"a\",\"data\":1}}"))
                    .isTrue();

            assertThat(clients.asked).isEmpty(); // not on the caller's stack
            assertThat(peer.lines()).containsExactly("{\"id\":2,\"publish\":{}}");
            assertThat(clients.asked).containsExactly("publish a application/json 1");
        }
    }

    @Test
    void knowsNoOtherSession() {
        try (var peer = Peer.emulated(protocol)) {
            String session = session(peer);

            assertThat(emulate("", "{}")).isFalse();
            assertThat(emulate(session + "x", "{}")).isFalse();

            peer.conversation().closed();
            assertThat(emulate(session, "{}")).isFalse();
        }
    }

    @Test
    void endsAnEmulatedClientThatSendsNonsense() {
        try (var peer = Peer.emulated(protocol)) {
            String session = session(peer);

            emulate(session, "nonsense");
            emulate(session, "{\"id\":2,\"ping\":{}}"); // too late

            assertThat(peer.lines())
                    .containsExactly(
                            "{\"push\":{\"disconnect\":{\"code\":3501,\"reason\":\"bad"
                                    + " request\"}}}");
            assertThat(peer.closedWith).containsExactly(CloseReason.BAD_REQUEST);
        }
    }

    @Test
    void tellsEverybodyWhenItLeaves() {
        try (var peer = Peer.terminal(protocol);
                var silent = Peer.webSocket(protocol)) {
            peer.connected();

            protocol.close();

            assertThat(peer.lines())
                    .containsExactly(
                            "{\"push\":{\"disconnect\":{\"code\":3001,\"reason\":\"shutdown\"}}}");
            assertThat(silent.lines()).isEmpty();
            assertThat(peer.closedWith).containsExactly(CloseReason.SHUTDOWN);
            assertThat(silent.closedWith).containsExactly(CloseReason.SHUTDOWN);
        }
    }

    private boolean emulate(String session, String commands) {
        ByteBuf bytes = Unpooled.copiedBuffer(commands, StandardCharsets.UTF_8);
        boolean found = protocol.emulate(session, bytes);
        bytes.setZero(0, bytes.capacity()).release(); // it was only borrowed
        return found;
    }

    private static String session(Peer peer) {
        Matcher secret = SESSION.matcher(peer.ask("{\"id\":1,\"connect\":{}}").get(0));
        assertThat(secret.find()).isTrue();
        return secret.group(1);
    }
}
