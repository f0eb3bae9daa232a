// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orion.net.CloseReason;
import dev.orion.net.ConnectionInfo;
import dev.orion.net.ListenerInfo;
import dev.orion.net.ListenerInfo.State;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ListeningTest {

    @ParameterizedTest
    @EnumSource(Transport.class)
    void givesAcceptedConnectionsToTheProtocol(Transport transport) throws IOException {
        assumeTrue(transport.isAvailable());
        var echo = new EchoManager("tcp");
        try (var running = new Running(Running.settings(transport))) {
            running.manager.setProtocolManager(echo);
            running.open("one", "tcp://127.0.0.1:0");

            try (var peer = new Peer(running.port("one"))) {
                assertThat(peer.line()).isEqualTo("tcp");
                assertThat(peer.ask("hello")).isEqualTo("hello");
                assertThat(running.info("one").state()).isEqualTo(State.SERVING);
                assertThat(running.manager.transport())
                        .isEqualTo(transport.label() + ", 2 event loops");
            }
        }
    }

    @Test
    void knowsItsConnections() throws IOException {
        var echo = new EchoManager("tcp");
        try (var running = new Running()) {
            running.manager.setProtocolManager(echo);
            running.open("one", "tcp://127.0.0.1:0");
            var before = Instant.now().minusSeconds(1);

            try (var peer = new Peer(running.port("one"))) {
                peer.line();

                ConnectionInfo info = running.manager.connections().get(0);
                assertThat(info.id()).matches("conn_[0-9a-f]{8}");
                assertThat(info.listener()).isEqualTo("one");
                assertThat(info.protocol()).isEqualTo("tcp");
                assertThat(info.remote()).isEqualTo("127.0.0.1:" + peer.port());
                assertThat(info.opened()).isAfter(before);
                assertThat(running.info("one").connections()).isEqualTo(1);
                assertThat(running.info("one").accepted()).isEqualTo(1);
            }
            Running.await(() -> running.manager.connections().isEmpty());
            assertThat(running.info("one").connections()).isZero();
        }
    }

    /** An allocator that is set as an option reads once a turn, and so flushes once a read. */
    @Test
    void readsWhatThereIsBeforeATurnEnds() throws IOException {
        var echo = new EchoManager("tcp");
        try (var running = new Running()) {
            running.manager.setProtocolManager(echo);
            running.open("one", "tcp://127.0.0.1:0");
            try (var peer = new Peer(running.port("one"))) {
                peer.line();

                RecvByteBufAllocator room =
                        echo.served.element().channel().config().getRecvByteBufAllocator();
                assertThat(room)
                        .isInstanceOfSatisfying(
                                MaxMessagesRecvByteBufAllocator.class,
                                bounded -> assertThat(bounded.maxMessagesPerRead()).isEqualTo(16));
            }
        }
    }

    @Test
    void recordsTheLifeOfAConnection() throws IOException {
        try (var records = new Records();
                var running = new Running()) {
            running.manager.setProtocolManager(new EchoManager("tcp"));
            running.open("one", "tcp://127.0.0.1:0");
            String endpoint = "127.0.0.1:" + running.port("one");

            try (var peer = new Peer(running.port("one"))) {
                peer.line();
            }

            Running.await(() -> !records.of("Network connection closed").isEmpty());
            assertThat(records.of("Network connection created").get(0))
                    .containsEntry("endpoint", endpoint)
                    .containsEntry("protocol", "tcp")
                    .containsKeys("connection_id", "remote");
            assertThat(records.of("Network connection closed").get(0))
                    .containsEntry("code", "3000")
                    .containsEntry("reason", "connection closed")
                    .hasEntrySatisfying(
                            "duration", age -> assertThat(age).matches("\\d+\\.\\d{3}s"));
            assertThat(records.of("Listener opened").get(0))
                    .containsEntry("listener", "one")
                    .containsEntry("endpoint", endpoint);
        }
    }

    @Test
    void movesWithoutTouchingItsConnections() throws IOException {
        try (var running = new Running()) {
            running.manager.setProtocolManager(new EchoManager("tcp"));
            Listener listener = running.open("one", "tcp://127.0.0.1:0");
            int before = running.port("one");
            try (var old = new Peer(before)) {
                old.line();

                running.manager
                        .sockets()
                        .change(listener, Running.listener("one", "tcp://127.0.0.1:" + free()));

                int after = running.port("one");
                assertThat(after).isNotEqualTo(before);
                Running.await(() -> isRefused(before));
                assertThat(old.ask("still here")).isEqualTo("still here");
                try (var fresh = new Peer(after)) {
                    assertThat(fresh.line()).isEqualTo("tcp");
                }
                assertThat(running.manager.connections().get(0).listener()).isEqualTo("one");
            }
        }
    }

    @Test
    void keepsTheSocketWhenOnlyLimitsChange() throws IOException {
        try (var running = new Running()) {
            running.manager.setProtocolManager(new EchoManager("tcp"));
            Listener listener = running.open("one", "tcp://127.0.0.1:0");
            int port = running.port("one");
            var settings = listener.settings();

            Listener changed =
                    running.manager
                            .sockets()
                            .change(
                                    listener,
                                    new ListenerSettings(
                                            "one",
                                            settings.endpoint(),
                                            1,
                                            0,
                                            settings.backlog(),
                                            settings.serves(),
                                            settings.tls()));

            assertThat(changed).isSameAs(listener);
            assertThat(running.port("one")).isEqualTo(port);
            try (var first = new Peer(port)) {
                first.line();
                try (var second = new Peer(port)) {
                    assertThat(second.line()).isNull();
                }
                assertThat(running.info("one").refused()).isEqualTo(1);
                assertThat(running.info("one").defences())
                        .containsExactly(Map.entry("max-connections", 1L));
                assertThat(first.ask("x")).isEqualTo("x");
            }
        }
    }

    @Test
    void closesWhatOneAddressHasTooManyOf() throws IOException {
        try (var running = new Running()) {
            running.manager.setProtocolManager(new EchoManager("tcp"));
            Listener listener = running.open("one", "tcp://127.0.0.1:0");
            int port = running.port("one");
            try (var before = new Peer(port, "127.0.0.1")) {
                before.line(); // not limited, and never counted
                running.manager.sockets().change(listener, perAddress(listener.settings(), 2));
                try (var first = new Peer(port, "127.0.0.1");
                        var second = new Peer(port, "127.0.0.1")) {
                    assertThat(first.line()).isEqualTo("tcp");
                    assertThat(second.line()).isEqualTo("tcp");
                    try (var third = new Peer(port, "127.0.0.1");
                            var other = new Peer(port, "127.0.0.2")) {
                        assertThat(third.line()).isNull();
                        assertThat(other.line()).isEqualTo("tcp");
                    }
                }
                Running.await(() -> running.info("one").connections() == 1);
                try (var again = new Peer(port, "127.0.0.1")) {
                    assertThat(again.line()).isEqualTo("tcp");
                }
                assertThat(before.ask("x")).isEqualTo("x");
            }

            assertThat(running.info("one").refused()).isEqualTo(1);
            assertThat(running.info("one").defences())
                    .containsExactly(Map.entry("max-connections-per-address", 1L));
        }
    }

    @Test
    void keepsItsFiguresOfDefencesWhenItMoves() throws IOException {
        try (var running = new Running()) {
            var echo = new EchoManager("tcp");
            running.manager.setProtocolManager(echo);
            Listener listener = running.open("one", "tcp://127.0.0.1:0");
            try (var peer = new Peer(running.port("one"))) {
                peer.line();
                assertThat(running.info("one").defences()).isEmpty();
                echo.served.element().defended("rapid-reset");

                ListenerSettings moved = Running.listener("one", "tcp://127.0.0.1:" + free());
                assertThat(running.manager.sockets().change(listener, moved)).isNotSameAs(listener);
                echo.served.element().defended("rapid-reset"); // accepted by the former one

                assertThat(running.info("one").defences())
                        .containsExactly(Map.entry("rapid-reset", 2L));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void listenersSwapTheirPorts(Transport transport) throws IOException {
        assumeTrue(transport.isAvailable());
        try (var running = new Running(Running.settings(transport))) {
            String a = "tcp://127.0.0.1:" + free();
            String b = "tcp://127.0.0.1:" + free();
            Listener one = running.open("one", a);
            Listener two = running.open("two", b);

            running.manager.sockets().change(one, Running.listener("one", b));
            running.manager.sockets().change(two, Running.listener("two", a));

            assertThat(running.info("one").state()).isEqualTo(State.WAITING);
            assertThat(running.info("two").state()).isEqualTo(State.WAITING);
            assertThat(running.info("one").endpoint()).hasToString(b);
            assertThat(running.info("two").endpoint()).hasToString(a);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void reopensAtOnceWhereItHasJustClosed(Transport transport) throws IOException {
        assumeTrue(transport.isAvailable());
        try (var running = new Running(Running.settings(transport))) {
            String uri = "tcp://127.0.0.1:" + free();
            for (int i = 0; i < 5; i++) {
                Listener listener = running.open("one", uri);
                assertThat(running.info("one").state()).isEqualTo(State.WAITING);
                running.manager.sockets().close(listener);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void failsInOneLineWhenThePortIsInUse(Transport transport) throws IOException {
        assumeTrue(transport.isAvailable());
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var records = new Records();
                var running = new Running(Running.settings(transport))) {
            String place = "127.0.0.1:" + other.getLocalPort();

            running.open("web", "http://" + place);

            assertThat(running.info("web").state()).isEqualTo(State.FAILED);
            assertThat(running.info("web").detail())
                    .isEqualTo("listener web: " + place + " is in use");
            assertThat(records.of("Listener failed")).hasSize(1);
        }
    }

    @Test
    void namesTheListenerThatKeepsThePort() throws IOException {
        try (var running = new Running()) {
            String uri = "tcp://127.0.0.1:" + free();
            running.open("one", uri);

            running.open("two", uri);

            assertThat(running.info("two").detail()).endsWith("is in use by listener one");
        }
    }

    @Test
    void refusesToListenForOtherMachines() {
        try (var running = new Running()) {
            running.open("web", "http://0.0.0.0:0");

            assertThat(running.info("web").state()).isEqualTo(State.FAILED);
            assertThat(running.info("web").detail())
                    .startsWith("listener web: 0.0.0.0:0 is not a loopback address");
        }
    }

    @Test
    void endsOneConnectionInItsProtocolsWords() throws IOException {
        try (var running = new Running()) {
            running.manager.setProtocolManager(new EchoManager("tcp"));
            running.open("one", "tcp://127.0.0.1:0");
            try (var peer = new Peer(running.port("one"))) {
                peer.line();
                String id = running.manager.connections().get(0).id();

                assertThat(running.manager.close(id, CloseReason.FORCE_DISCONNECT)).isTrue();

                assertThat(peer.line()).isEqualTo("bye");
                assertThat(peer.line()).isNull();
                assertThat(running.manager.close("conn_zzzzzzzz", CloseReason.STALE)).isFalse();
            }
        }
    }

    @Test
    void closesWhoDoesNotGo() throws IOException {
        var echo = new EchoManager("tcp");
        echo.saysBye = false;
        try (var records = new Records();
                var running = new Running()) {
            running.manager.setProtocolManager(echo);
            running.open("one", "tcp://127.0.0.1:0");
            try (var peer = new Peer(running.port("one"))) {
                peer.line();
                running.manager.close(
                        running.manager.connections().get(0).id(), CloseReason.FORCE_DISCONNECT);

                assertThat(peer.line()).isNull();
                Running.await(() -> !records.of("Network connection closed").isEmpty());
                assertThat(records.of("Network connection closed").get(0))
                        .containsEntry("code", "3503");
            }
        }
    }

    @Test
    void drains() throws Exception {
        var echo = new EchoManager("tcp");
        try (var running = new Running()) {
            running.manager.setProtocolManager(echo);
            running.open("one", "tcp://127.0.0.1:0");
            int port = running.port("one");
            try (var polite = new Peer(port);
                    var other = new Peer(port)) {
                polite.line();
                other.line();

                running.manager
                        .drain(Duration.ofSeconds(5))
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS);

                assertThat(polite.line()).isEqualTo("bye");
                assertThat(other.line()).isEqualTo("bye");
                assertThat(running.manager.listeners()).isEmpty();
                assertThat(isRefused(port)).isTrue();
                running.open("late", "tcp://127.0.0.1:0");
                assertThat(running.info("late").state()).isEqualTo(State.FAILED);
            }
        }
    }

    @Test
    void failsWhoWaitsForListenersWhenItEnds() {
        CompletionStage<List<ListenerInfo>> settled;
        try (var running = new Running()) {
            settled = running.manager.settled(Set.of("not there"));
        }

        assertThat(settled)
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void startsAgainAfterItsEnd() throws IOException {
        String uri = "tcp://127.0.0.1:" + free();
        for (int i = 0; i < 2; i++) {
            var running = new Running();
            running.manager.setProtocolManager(new EchoManager("tcp"));
            running.open("one", uri);
            try (var peer = new Peer(running.port("one"))) {
                assertThat(peer.line()).isEqualTo("tcp");

                running.manager.close();

                assertThat(peer.line()).isEqualTo("bye");
            }
        }
    }

    private static ListenerSettings perAddress(ListenerSettings of, int limit) {
        return new ListenerSettings(
                of.name(),
                of.endpoint(),
                of.maxConnections(),
                limit,
                of.backlog(),
                of.serves(),
                of.tls());
    }

    private static int free() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isRefused(int port) {
        try (var peer = new Peer(port)) {
            return peer.port() == 0;
        } catch (ConnectException refused) {
            return true;
        } catch (IOException other) {
            throw new java.io.UncheckedIOException(other);
        }
    }
}
