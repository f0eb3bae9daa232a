// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.CloseReason;
import org.junit.jupiter.api.Test;

class PingsTest {

    private final FakeClients clients = new FakeClients();
    private final CentrifugeProtocol protocol =
            new CentrifugeProtocol(clients, new Node(), CommandsTest.SETTINGS);

    @Test
    void disconnectsAPeerThatDoesNotConnectInTime() {
        try (var peer = Peer.webSocket(protocol)) {
            peer.pass(ofSeconds(14));
            assertThat(peer.isClosed()).isFalse();

            peer.pass(ofSeconds(2));
            assertThat(peer.closedWith).containsExactly(CloseReason.STALE);
        }
    }

    @Test
    void pingsForTheFirstTimeBetweenHalfAndAWholeInterval() {
        try (var peer = Peer.webSocket(protocol).connected()) {
            peer.pass(ofSeconds(12));
            assertThat(peer.lines()).isEmpty();

            peer.pass(ofSeconds(14));
            assertThat(peer.lines()).containsExactly("{}");
        }
    }

    @Test
    void keepsAPeerThatAnswers() {
        try (var peer = Peer.webSocket(protocol).connected()) {
            for (int i = 0; i < 5; i++) {
                awaitPing(peer);
                assertThat(peer.ask("{}")).isEmpty();
            }

            assertThat(peer.isClosed()).isFalse();
        }
    }

    @Test
    void pingsEveryInterval() {
        try (var peer = Peer.webSocket(protocol).connected()) {
            awaitPing(peer);
            peer.send("{}");

            peer.pass(ofSeconds(24));
            assertThat(peer.lines()).isEmpty();
            peer.pass(ofSeconds(2));
            assertThat(peer.lines()).containsExactly("{}");
        }
    }

    @Test
    void disconnectsAPeerThatDoesNotAnswer() {
        try (var peer = Peer.webSocket(protocol).connected()) {
            awaitPing(peer);

            peer.pass(ofSeconds(9));
            assertThat(peer.ask("{\"id\":2,\"ping\":{}}")).hasSize(1); // is no answer
            peer.pass(ofSeconds(2));

            assertThat(peer.closedWith).containsExactly(CloseReason.NO_PONG);
            assertThat(clients.closed).isTrue();
        }
    }

    @Test
    void disconnectsAPeerThatAnswersTwice() {
        try (var peer = Peer.webSocket(protocol).connected()) {
            awaitPing(peer);

            peer.send("{}");
            assertThat(peer.isClosed()).isFalse();
            peer.send("{}");

            assertThat(peer.closedWith).containsExactly(CloseReason.BAD_REQUEST);
        }
    }

    @Test
    void pingsATerminalWithoutExpectingAnAnswer() {
        try (var peer = Peer.terminal(protocol).connected()) {
            peer.pass(ofSeconds(101));

            assertThat(peer.lines()).hasSizeBetween(3, 4).containsOnly("{}");
            assertThat(peer.isClosed()).isFalse();
        }
    }

    @Test
    void stopsTheTimerWithTheLastConversation() {
        try (var peer = Peer.webSocket(protocol).connected()) {
            assertThat(peer.channel.runScheduledPendingTasks()).isNotEqualTo(-1);

            peer.conversation().closed();

            assertThat(peer.channel.runScheduledPendingTasks()).isEqualTo(-1);
        }
    }

    private static void awaitPing(Peer peer) {
        for (int i = 0; i < 60; i++) {
            peer.pass(Peer.STEP);
            if (peer.lines().contains("{}")) {
                return;
            }
        }
        throw new AssertionError("no ping");
    }
}
